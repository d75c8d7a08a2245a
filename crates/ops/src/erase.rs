//! Erasing by hand, and again after a backup was restored.
#![allow(clippy::print_stdout, reason = "a command line tool answers on standard output")]
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use chrono::{DateTime, Utc};
use clap::Subcommand;
use db::{
    Pool,
    erasures::{self, Erased, Erasure},
    people,
};
use domain::{CaseId, TelegramId};
use uuid::Uuid;

/// What is done about erasures.
#[derive(Subcommand)]
pub(crate) enum Erase {
    /// Prints what was erased, a JSON object a line: to be kept where the backups are not.
    List {
        /// From this moment on (RFC 3339); without it, everything.
        #[arg(long)]
        since: Option<DateTime<Utc>>,
    },
    /// Erases again what a restored backup has brought back: the lines that `erase list` printed.
    Replay {
        /// The file with the lines.
        file: PathBuf,
    },
    /// Erases a case with all its content.
    Case {
        /// Its id.
        id: Uuid,
    },
    /// Closes a specialist's account with all its cases.
    Account {
        /// The specialist's Telegram id.
        #[arg(long)]
        telegram_id: i64,
    },
}

/// Carries a command out.
pub(crate) async fn run(pool: &Pool, what: Erase) -> anyhow::Result<()> {
    match what {
        Erase::List { since } => list(pool, since.unwrap_or(DateTime::UNIX_EPOCH)).await,
        Erase::Replay { file } => replay(pool, &file).await,
        Erase::Case { id } => one(pool, Erased::Case(CaseId(id))).await,
        Erase::Account { telegram_id } => {
            let user = people::find_by_telegram(&mut *pool.get().await?, TelegramId(telegram_id)).await?;
            let user = user.with_context(|| format!("no specialist has the Telegram id {telegram_id}"))?;
            one(pool, Erased::Account(user)).await
        }
    }
}

async fn list(pool: &Pool, since: DateTime<Utc>) -> anyhow::Result<()> {
    for line in erasures::list(&mut *pool.get().await?, since).await? {
        println!("{}", serde_json::to_string(&line)?);
    }
    Ok(())
}

/// Every line is read before the first one is carried out; each is a transaction of its own, and the whole may be run again.
async fn replay(pool: &Pool, file: &PathBuf) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let mut lines: Vec<Erasure> = Vec::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        lines.push(serde_json::from_str(line).with_context(|| format!("line {} is no erasure", at + 1))?);
    }
    let (mut erased, mut absent) = (0, 0);
    for line in lines {
        match erase(pool, line.erased).await? {
            true => erased += 1,
            false => absent += 1,
        }
    }
    println!("erased again: {erased}; erased before or not there: {absent}");
    Ok(())
}

async fn one(pool: &Pool, what: Erased) -> anyhow::Result<()> {
    if !erase(pool, what).await? {
        bail!("it is not there, or was erased before");
    }
    println!("erased");
    Ok(())
}

async fn erase(pool: &Pool, what: Erased) -> anyhow::Result<bool> {
    let mut tx = pool.begin().await?;
    let done = erasures::erase(&mut tx, what).await?;
    tx.commit().await?;
    Ok(done)
}
