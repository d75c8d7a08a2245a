//! psycheos-api owns the inbound HTTP edge: `POST /webhook/{bot}` and `/livez` on the public port, `/v1` for other programs on
//! the internal one. Only `V1_PUBLIC=true` puts `/v1` on the public port as well.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use actix_web::{App, HttpResponse, HttpServer, dev::Server, web};
use anyhow::Context as _;
use db::{Keyring, Pool, wake::Waker};
use domain::BotId;
use secrecy::ExposeSecret as _;
use service::{Health, Share, serve_internal};
use tokio_util::sync::CancellationToken;
use turn::Shell;

pub mod config;
mod retry;
pub mod secret;
mod timing;
pub mod v1;
pub mod vitals;
pub mod webhook;

use config::Config;
use timing::timed;
use v1::V1;
use vitals::{Vitals, watch_clock};
use webhook::{Hooks, receive};

/// A service that is ready to run.
pub struct Api {
    server: Server,
    addr: SocketAddr,
    v1_public: bool,
    shell: Shell,
    internal: actix_web::dev::ServerHandle,
    ready: Arc<AtomicBool>,
    cron_period: Duration,
}

/// Builds the service: binds its ports, connects nothing yet.
///
/// # Errors
/// When a port cannot be bound or a setting is unsafe.
pub async fn build(config: Config) -> anyhow::Result<Api> {
    check_content()?;
    let url = config.database.pooler_url.expose_secret();
    let pool = Pool::new(url, config.database.pool_size, Duration::from_secs(2)).context("DATABASE_URL_POOLER")?;
    let (waker, keys, bots) = (Waker::start(&pool), Keyring::new(config.keks), Arc::new(config.bots));
    let shell = Shell { waker: waker.clone(), pool: pool.clone(), keys: keys.clone(), bots: bots.clone(), admins: config.admins };
    let secrets = BotId::ALL.iter().copied().zip(config.secrets).collect();
    let runtime = tokio::runtime::Handle::current();
    let ready = Arc::new(AtomicBool::new(false));
    let hooks = Hooks { shell: shell.clone(), secrets, ready: Arc::clone(&ready), runtime: runtime.clone() };
    let v1 = V1 { pool: pool.clone(), keys, bots, waker, runtime };
    let (v1_public, v1_of_all) = (config.v1_public, v1.clone());
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::new(hooks.clone()))
            .route("/livez", web::get().to(|| async { HttpResponse::Ok().body("ok") }))
            .service(web::resource("/webhook/{bot}").wrap_fn(timed).route(web::post().to(receive)))
            .configure(|routes| {
                if v1_public {
                    v1_of_all.serve(routes)
                }
            })
            .default_service(web::to(|| async { HttpResponse::NotFound().finish() }))
    })
    .workers(config.workers)
    .disable_signals()
    .keep_alive(Duration::from_secs(75))
    .client_request_timeout(Duration::from_secs(10))
    .shutdown_timeout(8)
    .bind((config.host, config.port))
    .with_context(|| format!("PORT {} cannot be bound", config.port))?;
    let addr = server.addrs().first().copied().context("no address was bound")?;
    let share = Share { workers: config.workers, drain_secs: 5 };
    let internal = serve_internal(config.internal_addr, health(pool), share, move |routes| v1.serve(routes))?;
    Ok(Api { server: server.run(), addr, v1_public, shell, internal, ready, cron_period: config.cron_period })
}

/// A service that cannot see danger, or has no questions to ask, must not start.
fn check_content() -> anyhow::Result<()> {
    domain::lexicon::validate().map_err(anyhow::Error::msg).context("danger lexicon")?;
    domain::policy::validate().map_err(anyhow::Error::msg).context("wording policy")?;
    domain::resources::validate().map_err(anyhow::Error::msg).context("emergency contacts")?;
    bot_screen::bank::Bank::load().map_err(|why| anyhow::anyhow!("{why}")).context("question bank")?;
    Ok(())
}

/// Until the database answers with every migration of this build, updates are sent back to Telegram.
async fn become_ready(pool: Pool, ready: Arc<AtomicBool>) {
    while let Err(error) = db::check_ready(&pool).await {
        tracing::warn!(code = error.code(), reason = %error, "not ready yet");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    ready.store(true, Ordering::Relaxed);
}

fn health(pool: Pool) -> Health {
    let vitals = Vitals::of(pool.clone());
    Health::of(pool).with_vitals(move || {
        let vitals = vitals.clone();
        async move { vitals.look().await }
    })
}

impl Api {
    /// The public address that was bound.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Serves until told to stop; what is in hand is finished.
    ///
    /// # Errors
    /// When the server fails.
    pub async fn run_until(self, stop: CancellationToken) -> anyhow::Result<()> {
        tracing::info!(addr = %self.addr, "serving");
        if self.v1_public {
            tracing::info!(addr = %self.addr, "V1_PUBLIC: the interface for other programs is open on the public port");
        }
        let pool = self.shell.pool.clone();
        tokio::spawn(become_ready(pool.clone(), self.ready));
        tokio::spawn(watch_clock(pool, self.cron_period, stop.clone()));
        tokio::spawn(retry::retry_now_and_then(self.shell, stop.clone()));
        let handle = self.server.handle();
        tokio::spawn(async move {
            stop.cancelled().await;
            handle.stop(true).await;
        });
        self.server.await?;
        self.internal.stop(true).await;
        Ok(())
    }
}
