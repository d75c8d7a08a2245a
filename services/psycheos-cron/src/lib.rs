//! psycheos-cron owns the clock: it runs once, does every sweep, sends what is due, checks what must hold, and ends with an
//! exit code; where nothing starts it again, it runs every so often by itself. Two at once do no harm: each batch locks its rows and skips those of the other.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use db::{DbError, Keyring, Pool, alerts, sweeps, vitals};
use secrecy::ExposeSecret as _;
use telemetry::span;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

pub mod config;
pub mod heartbeat;
pub mod nudges;
pub mod reminders;
pub mod stars;

use config::Config;

/// Batches of one sweep in one run: more than this waits for the next run, so that a run always ends.
const BATCHES: usize = 200;

/// What a run came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Report {
    /// Sweeps that failed.
    pub failed: usize,
    /// Invariants that do not hold.
    pub violations: usize,
    /// Rows the sweeps touched.
    pub touched: i64,
}

impl Report {
    /// Carries a task out in a trace of its own, and notes how it went.
    async fn task(&mut self, pool: &Pool, task: &'static str, work: impl Future<Output = Result<i64, DbError>>) {
        let (began, span) = (Instant::now(), span::task(task));
        let result = work.instrument(span.clone()).await;
        let error = match &result {
            Ok(count) => {
                self.touched += count;
                if *count > 0 {
                    tracing::info!(task, count, "swept");
                }
                None
            }
            Err(error) => {
                self.failed += 1;
                span::failed(&span, error.code());
                tracing::error!(task, code = error.code(), reason = %error, "sweep failed");
                Some(error.code())
            }
        };
        let duration = i32::try_from(began.elapsed().as_millis()).unwrap_or(i32::MAX);
        let written = async { sweeps::heartbeat(&mut *pool.get().await?, task, duration, error).await }.await;
        if let Err(error) = written {
            self.failed += 1;
            tracing::error!(task, code = error.code(), "a heartbeat could not be written");
        }
    }

    /// Whether every sweep ran and everything holds that must hold.
    #[must_use]
    pub fn is_good(self) -> bool {
        self.failed == 0 && self.violations == 0
    }

    /// 0 when it is good.
    #[must_use]
    pub fn exit_code(self) -> ExitCode {
        if self.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// Runs once, or, with `CRON_EVERY_SECS`, again and again until told to stop. A run that fails is logged, and the next one comes; whoever
/// runs it once gets its exit code.
///
/// # Errors
/// When the database cannot be reached at all, for a single run.
pub async fn start(config: &Config, stop: CancellationToken) -> anyhow::Result<ExitCode> {
    let url = config.database.pooler_url.expose_secret();
    let pool = Pool::new(url, config.database.pool_size, Duration::from_secs(30)).context("DATABASE_URL_POOLER")?;
    let keys = Keyring::new(config.keks.clone());
    loop {
        let began = Instant::now();
        let ran = run(&pool, &keys).await;
        if let (Ok(report), Some(url)) = (&ran, &config.heartbeat_url)
            && report.is_good()
        {
            heartbeat::say(url).await;
        }
        let Some(every) = config.every else { return Ok(ran?.exit_code()) };
        if let Err(error) = ran {
            tracing::error!(code = "run_failed", reason = format!("{error:#}"), "a run failed");
        }
        tokio::select! {
            () = stop.cancelled() => return Ok(ExitCode::SUCCESS),
            () = tokio::time::sleep(every.saturating_sub(began.elapsed())) => {}
        }
    }
}

/// Runs everything once on a pool.
///
/// # Errors
/// When the database cannot be reached at all.
pub async fn run(pool: &Pool, keys: &Keyring) -> anyhow::Result<Report> {
    db::check_ready(pool).await?;
    let mut report = Report::default();
    for sweep in sweeps::ALL {
        report.task(pool, sweep.name, sweep_all(pool, sweep)).await;
    }
    report.task(pool, "danger_reminders", reminders::send_due(pool, keys)).await;
    report.task(pool, "nudges", nudges::send_due(pool, keys)).await;
    report.task(pool, "stars_compare", stars::compare(pool, keys)).await;
    let mut violations = 0;
    report.task(pool, "invariants", look_at_invariants(pool, &mut violations)).await;
    report.violations = violations;
    tracing::info!(touched = report.touched, failed = report.failed, violations = report.violations, "done");
    Ok(report)
}

/// What must hold and does not is logged, told the operator, and left behind as a measure.
async fn look_at_invariants(pool: &Pool, found: &mut usize) -> Result<i64, DbError> {
    let mut conn = pool.get().await?;
    let violations = sweeps::list_violations(&mut conn).await?;
    for violation in &violations {
        tracing::error!(id = violation.id, broken = violation.broken, code = "invariant_broken", "invariant broken");
        alerts::insert_once(&mut conn, "invariant_broken", &violation.id).await?;
    }
    *found = violations.len();
    let ids: Vec<&str> = violations.iter().map(|violation| violation.id.as_str()).collect();
    vitals::take(&mut conn, &ids).await?;
    Ok(0)
}

async fn sweep_all(pool: &Pool, sweep: &sweeps::Sweep) -> Result<i64, DbError> {
    let mut touched = 0;
    for _ in 0..BATCHES {
        let mut conn = pool.get().await?;
        let count = sweep.run(&mut conn).await?;
        if count > 0
            && let Some((metric, label)) = sweep.counted
        {
            vitals::add(&mut conn, metric, label, count).await?;
        }
        touched += count;
        if count < 500 {
            break;
        }
    }
    Ok(touched)
}
