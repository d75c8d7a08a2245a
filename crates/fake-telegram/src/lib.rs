//! A stand-in for Telegram's Bot API.
//!
//! An HTTP server that behaves like a Bot API server started with `--local` (any port, plain
//! http): methods with state and Telegram's own error texts, webhooks with Telegram's queues
//! and retry schedule, payments in Stars, flood control. People are played through the
//! methods of [`FakeTelegram`] or, from a page or another process, through the control API
//! under `/control`, which also shows chats, an event stream and an append-only log, and
//! orders faults.
//!
//! The control API, all JSON, callable from any page:
//!
//! | route under `/control` | does |
//! | --- | --- |
//! | `GET bots`, `people`, `chats`, `chats/{bot}/{user}`, `chats/{bot}/{user}/commands` | shows |
//! | `POST people` | creates or changes a [`Person`] |
//! | `POST send` `{bot, user, text}` or `{bot, user, message: {…}}` | writes to a bot |
//! | `POST edit` `{bot, user, message_id, text}` | edits an own text |
//! | `POST press` `{bot, user, message_id}` with `data`, `label` or `row` and `col`; `stale` | presses |
//! | `POST upload?bot&user&kind`, bytes as body, with what a [`PersonFile`] may have | sends a file |
//! | `POST pay` `{bot, chat, message_id, payer?}` | pays, answers a [`PayOutcome`] |
//! | `POST block`, `unblock` `{bot, user}`, `deactivate` `{user}` | closes and opens chats |
//! | `POST update` `{bot, chat, kind, content}` | sends any update |
//! | `GET files/{file_id}`, `callbacks/{bot}/{id}`, `webhook/{bot}`, `updates/{bot}` | shows |
//! | `GET events?after` (server-sent events, `Last-Event-ID`), `log?after`, `idle?wait_ms` | watches |
//! | `GET`, `POST`, `DELETE faults`, `DELETE faults/{id}` | orders a [`Fault`] |
//! | `POST redeliver` `{bot, update_id, new_id?, copies?}`, `limits` `{on}` | repeats, paces |
//!
//! What it leaves out: groups and channels, inline mode, Markdown, compressed answers of a
//! webhook, the spacing of large uploads of equal size, the pause of `getUpdates` when an
//! offset is repeated.
//!
//! ```no_run
//! # async fn example() -> anyhow::Result<()> {
//! use fake_telegram::{Config, FakeTelegram};
//! let config = Config {
//!     bots: vec!["pro:123456:secret:psycheos_pro_bot".parse()?],
//!     ..Config::default()
//! };
//! let telegram = FakeTelegram::start(config)?;
//! println!("{}/bot123456:secret/getMe", telegram.base_url());
//! telegram.stop().await;
//! # Ok(())
//! # }
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod calls;
mod clock;
mod config;
mod control;
mod courier;
mod delivery;
mod downloads;
mod engine;
mod error;
mod faults;
mod files;
mod html;
mod journal;
mod limits;
mod markup;
mod methods;
mod model;
mod multipart;
mod observe;
mod params;
mod people;
mod person_files;
mod picture;
mod queue;
mod server;
mod stars;
mod state;
#[cfg(test)]
mod tests;

use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, OnceLock};

use actix_web::dev::ServerHandle;
use anyhow::Context;

use crate::engine::Engine;

pub use crate::config::{BotConfig, Config};
pub use crate::faults::{Fault, FaultKind};
pub use crate::html::Entity;
pub use crate::journal::{Event, LogEntry, LogKind};
pub use crate::markup::Target;
pub use crate::model::Person;
pub use crate::observe::{BotSummary, ChatSummary};
pub use crate::people::{Pressed, Sent};
pub use crate::person_files::{FileKind, PersonFile};
pub use crate::stars::PayOutcome;
pub use crate::state::{CallbackAnswer, ChatMessage};

/// A handle on a running stand-in; clones mean the same one.
#[derive(Clone)]
pub struct FakeTelegram {
    engine: Arc<Engine>,
    address: SocketAddr,
    server: Arc<OnceLock<ServerHandle>>,
}

impl FakeTelegram {
    /// Starts the stand-in on the tokio runtime this is called in. It runs until
    /// [`Self::stop`] or the end of the runtime.
    ///
    /// # Errors
    /// No runtime, or the address is taken.
    pub fn start(config: Config) -> anyhow::Result<Self> {
        let listen = config.listen;
        let listener = TcpListener::bind(listen).with_context(|| format!("cannot listen on {listen}"))?;
        let address = listener.local_addr()?;
        let telegram = Self { engine: Engine::new(config)?, address, server: Arc::new(OnceLock::new()) };
        let server = server::start(listener, telegram.clone())?;
        telegram.server.get_or_init(|| server.handle());
        tokio::spawn(server);
        Ok(telegram)
    }

    /// Where the Bot API is: `http://127.0.0.1:8081`, without a slash at the end.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Stops the server and all deliveries; connections that are open are closed.
    pub async fn stop(&self) {
        self.engine.stopped.send_replace(true);
        if let Some(server) = self.server.get() {
            server.stop(false).await;
        }
    }
}
