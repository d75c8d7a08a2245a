//! psycheos-worker owns Claude and everything that takes long: it claims jobs under a lease, works without holding a
//! connection, and records the result in one fenced transaction.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

use std::{process::ExitCode, sync::Arc, time::Duration};

use anyhow::Context as _;
use claude::{Claude, ClaudeConfig};
use db::{
    Keyring, Pool, jobs,
    wake::{Channel, Waker},
};
use documents::{Reader, ReaderConfig};
use domain::ChatId;
use queue::{Pulse, Slots, Tick};
use secrecy::ExposeSecret as _;
use service::{Health, HealthHandle, serve_health};
use telegram::Telegram;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use turn::Shell;
use uuid::Uuid;

pub mod alerts;
pub mod asking;
pub mod broadcast;
pub mod conceptualizator;
pub mod config;
pub mod export;
mod files;
pub mod finance_picture;
pub mod guide;
pub mod interpretator;
pub mod material;
pub mod outcome;
pub mod own_picture;
pub mod people_files;
pub mod runner;
pub mod screen_report;
pub mod screen_rewrite;
pub mod screen_wording;
pub mod simulator;
pub mod tools;
pub mod training_picture;

use config::Config;
use people_files::Files;
use runner::Runner;

/// Renewed every third of it while the work goes on.
pub const LEASE: Duration = Duration::from_secs(60);
/// A whole call to Claude.
const CLAUDE_TIMEOUT: Duration = Duration::from_secs(120);

/// A service that is ready to run.
pub struct Worker {
    runner: Runner,
    direct_url: Option<String>,
    concurrency: usize,
    admin_chat: Option<ChatId>,
    internal: HealthHandle,
}

/// The service, from its environment to its end.
#[tokio::main]
pub async fn start() -> ExitCode {
    service::run("psycheos-worker", async |env| {
        build(Config::read(env)?).await?.run_until(service::on_signal()?).await?;
        Ok(ExitCode::SUCCESS)
    })
    .await
}

/// Builds the service; connects nothing yet.
///
/// # Errors
/// When a port cannot be bound or a setting is unsafe.
pub async fn build(config: Config) -> anyhow::Result<Worker> {
    bot_screen::report::check_prompts().map_err(anyhow::Error::msg).context("prompts")?;
    bot_kit::check_danger_prompt().map_err(anyhow::Error::msg).context("prompts")?;
    bot_interpretator::ask::check_prompts().map_err(anyhow::Error::msg).context("prompts")?;
    bot_conceptualizator::ask::check_prompts().map_err(anyhow::Error::msg).context("prompts")?;
    bot_simulator::ask::check_prompts().map_err(anyhow::Error::msg).context("prompts")?;
    bot_simulator::cases::validate().map_err(anyhow::Error::msg).context("library of clients")?;
    bot_pro::guide::check_prompts().map_err(anyhow::Error::msg).context("prompts")?;
    let knowledge = Arc::new(guide::knowledge(config.guide_knowledge.as_deref()).context("GUIDE_KNOWLEDGE_DIR")?);
    domain::policy::validate().map_err(anyhow::Error::msg).context("wording policy")?;
    let url = config.database.pooler_url.expose_secret();
    let pool = Pool::new(url, config.database.pool_size, Duration::from_secs(10)).context("DATABASE_URL_POOLER")?;
    let claude =
        Claude::new(ClaudeConfig { base_url: config.anthropic_url, api_key: config.anthropic_key, timeout: CLAUDE_TIMEOUT })
            .map_err(anyhow::Error::msg)?;
    let connect = |(bot, token)| Telegram::new(&config.telegram_url, token).map(|telegram| (bot, telegram));
    let telegram = config.tokens.into_iter().map(connect).collect::<Result<_, _>>().map_err(anyhow::Error::msg)?;
    let reader = Reader::new(ReaderConfig::default());
    if let Err(why) = reader.check().await {
        tracing::error!(code = why.code(), "people's files cannot be read on this machine");
    }
    let shell = Shell {
        waker: Waker::start(&pool),
        pool: pool.clone(),
        keys: Keyring::new(config.keks),
        bots: Arc::new(config.bots),
        admins: Arc::from([]),
    };
    Ok(Worker {
        runner: Runner { shell, claude, files: Files { telegram, reader }, knowledge },
        direct_url: config.database.direct_url.map(|url| url.expose_secret().to_owned()),
        concurrency: config.concurrency,
        admin_chat: config.admin_chat,
        internal: serve_health(config.internal_addr, Health::of(pool))?,
    })
}

impl Worker {
    /// Works until told to stop; jobs in hand are given back at once, for their finished steps are kept.
    ///
    /// # Errors
    /// Never by itself: failures are written into the rows and retried.
    pub async fn run_until(self, stop: CancellationToken) -> anyhow::Result<()> {
        let Self { runner, direct_url, concurrency, admin_chat, internal } = self;
        let pulse = Pulse::new(Duration::from_millis(100), Duration::from_secs(1));
        if let Some(url) = direct_url {
            queue::follow(&[&pulse], url, Channel::Jobs, stop.clone());
        }
        let alerts = tokio::spawn(alerts::pass_on(runner.shell.clone(), admin_chat, stop.clone()));
        tracing::info!(concurrency, "working");
        let tracker = TaskTracker::new();
        let slots = Slots::new(concurrency);
        let woken = pulse.notify();
        pulse
            .run(&stop, async || {
                let room = slots.free();
                if room == 0 {
                    return Tick::default();
                }
                match claim(&runner.shell.pool, room).await {
                    Ok(claimed) => {
                        let taken = claimed.len();
                        for job in claimed {
                            let (runner, stop) = (runner.clone(), stop.clone());
                            slots.begin(&tracker, &woken, async move { runner.run(job, &stop).await }).await;
                        }
                        Tick { taken, next_in: None }
                    }
                    Err(error) => {
                        tracing::warn!(code = error.code(), reason = %error, "nothing could be claimed");
                        Tick::default()
                    }
                }
            })
            .await;
        tracker.close();
        tracker.wait().await;
        alerts.abort();
        internal.stop(true).await;
        Ok(())
    }
}

async fn claim(pool: &Pool, room: usize) -> Result<Vec<jobs::ClaimedJob>, db::DbError> {
    let mut conn = pool.get().await?;
    jobs::claim(&mut conn, runner::KINDS, room, Uuid::new_v4(), LEASE).await
}
