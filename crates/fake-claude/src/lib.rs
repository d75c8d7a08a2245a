#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod asked;
mod control;
mod failing;
mod invent;
mod log;
mod pictures;
mod refusal;
mod server;
mod state;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use actix_web::dev::ServerHandle;

pub use failing::{Fault, FaultKind};
pub use log::LogLine;
use state::State;
pub use state::{Canned, Status};

/// How it runs.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Time an answer takes.
    pub latency: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self { listen: SocketAddr::from(([127, 0, 0, 1], 0)), latency: Duration::from_millis(50) }
    }
}

/// The running stand-in. Cloning shares it.
#[derive(Clone)]
pub struct FakeClaude {
    state: Arc<State>,
    server: ServerHandle,
    addr: SocketAddr,
}

impl FakeClaude {
    /// Starts it on the current tokio runtime.
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub async fn start(config: Config) -> anyhow::Result<Self> {
        let state = Arc::new(State::new(config.latency));
        let (server, addr) = server::start(config.listen, Arc::clone(&state))?;
        Ok(Self { state, server, addr })
    }

    /// `http://127.0.0.1:<port>`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Stops it; requests in hand are cut.
    pub async fn stop(&self) {
        self.server.stop(false).await;
    }

    /// The next matching requests get this answer.
    pub fn add_answer(&self, canned: Canned) {
        self.state.add_answer(canned);
    }

    /// The next matching requests fail so.
    pub fn add_fault(&self, fault: Fault) {
        self.state.add_fault(fault);
    }

    /// Forgets all faults and prepared answers.
    pub fn heal(&self) {
        self.state.heal();
    }

    /// From now on requests wait until they are released.
    pub fn hold(&self) {
        self.state.hold();
    }

    /// Lets all waiting requests go on, and those to come.
    pub fn release(&self) {
        self.state.release();
    }

    /// Lets the `count` requests that wait longest go on; requests to come still wait.
    pub fn release_next(&self, count: usize) {
        self.state.release_next(count);
    }

    /// Requests that wait, without those whose client has gone.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.state.waiting()
    }

    /// Returns as soon as at least `count` requests wait.
    pub async fn until_waiting(&self, count: usize) {
        self.state.until_waiting(count).await;
    }

    /// What was asked after line `after`, oldest first; of the last thousand requests.
    #[must_use]
    pub fn log_after(&self, after: u64) -> Vec<LogLine> {
        self.state.log_after(after)
    }

    /// Whether one of the last thousand requests held `text` anywhere in its body, pictures excepted.
    #[must_use]
    pub fn saw(&self, text: &str) -> bool {
        self.state.saw(text)
    }

    /// What it is doing.
    #[must_use]
    pub fn status(&self) -> Status {
        self.state.status()
    }
}
