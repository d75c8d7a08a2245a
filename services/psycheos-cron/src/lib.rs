//! psycheos-cron owns the clock: it runs once, does every sweep, sends what is due, checks what must hold, and ends with an
//! exit code. Two at once do no harm: each batch locks its rows and skips those of the other.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use db::{DbError, Keyring, Pool, alerts, sweeps};
use secrecy::ExposeSecret as _;

pub mod config;
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
    /// 0 when every sweep ran and everything holds that must hold.
    #[must_use]
    pub fn exit_code(self) -> ExitCode {
        if self.failed == 0 && self.violations == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// Runs everything once.
///
/// # Errors
/// When the database cannot be reached at all.
pub async fn run_once(config: &Config) -> anyhow::Result<Report> {
    let url = config.database.pooler_url.expose_secret();
    let pool = Pool::new(url, config.database.pool_size, Duration::from_secs(30)).context("DATABASE_URL_POOLER")?;
    let keys = Keyring::new(config.keks.clone());
    run(&pool, &keys).await
}

/// Runs everything once on a pool.
///
/// # Errors
/// When the database cannot be reached at all.
pub async fn run(pool: &Pool, keys: &Keyring) -> anyhow::Result<Report> {
    db::check_ready(pool).await?;
    let mut report = Report::default();
    for sweep in sweeps::ALL {
        let began = Instant::now();
        let result = sweep_all(pool, sweep).await;
        note(pool, sweep.name, began, &result, &mut report).await;
    }
    let began = Instant::now();
    let reminded = reminders::send_due(pool, keys).await;
    note(pool, "danger_reminders", began, &reminded, &mut report).await;

    let began = Instant::now();
    let nudged = nudges::send_due(pool, keys).await;
    note(pool, "nudges", began, &nudged, &mut report).await;

    let began = Instant::now();
    let healed = stars::compare(pool, keys).await;
    note(pool, "stars_compare", began, &healed, &mut report).await;

    let violations = sweeps::list_violations(&mut *pool.get().await?).await?;
    for violation in &violations {
        tracing::error!(id = violation.id, broken = violation.broken, "invariant broken");
        alerts::insert_once(&mut *pool.get().await?, "invariant_broken", &violation.id).await?;
    }
    report.violations = violations.len();
    tracing::info!(touched = report.touched, failed = report.failed, violations = report.violations, "done");
    Ok(report)
}

async fn sweep_all(pool: &Pool, sweep: &sweeps::Sweep) -> Result<i64, DbError> {
    let mut touched = 0;
    for _ in 0..BATCHES {
        let count = sweep.run(&mut *pool.get().await?).await?;
        touched += count;
        if count < 500 {
            break;
        }
    }
    Ok(touched)
}

async fn note(pool: &Pool, task: &str, began: Instant, result: &Result<i64, DbError>, report: &mut Report) {
    let error = match result {
        Ok(count) => {
            report.touched += count;
            if *count > 0 {
                tracing::info!(task, count, "swept");
            }
            None
        }
        Err(error) => {
            report.failed += 1;
            tracing::error!(task, code = error.code(), reason = %error, "sweep failed");
            Some(error.code())
        }
    };
    let duration = i32::try_from(began.elapsed().as_millis()).unwrap_or(i32::MAX);
    let written = async { sweeps::heartbeat(&mut *pool.get().await?, task, duration, error).await }.await;
    if let Err(error) = written {
        report.failed += 1;
        tracing::error!(task, code = error.code(), "a heartbeat could not be written");
    }
}
