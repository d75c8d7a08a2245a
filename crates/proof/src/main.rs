//! `psycheos-proof`: makes the platform keep its promises, and says what came of it. Ends with 0 only if it kept all.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool answers on its outputs")]

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};
use proof::{chaos, dod, load, mutants::MUTANTS};

#[derive(Debug, Parser)]
struct Asked {
    #[command(subcommand)]
    what: What,
    /// Writes everything that was measured to this file, as JSON.
    #[arg(long, global = true)]
    json: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The definition of done, line by line.
    Dod,
    /// So many scripted chats at once, with Telegram's limits on.
    Load {
        /// How many; five make a practice.
        #[arg(long, default_value_t = 30)]
        chats: usize,
    },
    /// Thirty chats while services, links and servers are taken away.
    Chaos {
        /// Everything that happens follows from it.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Each guard is switched off in turn, and the checker has to see it.
    Mutants,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Asked::parse()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(asked: Asked) -> Result<bool> {
    let folder = tempfile::Builder::new().prefix("psycheos-proof-").tempdir()?;
    let (kept, json) = match asked.what {
        What::Dod => {
            let table = dod::run(folder.path()).await?;
            print!("{table}");
            (table.is_kept(), serde_json::to_string_pretty(&table)?)
        }
        What::Load { chats } => {
            let load = load::run(folder.path(), chats).await?;
            print!("{load}");
            (load.is_kept(), serde_json::to_string_pretty(&load)?)
        }
        What::Chaos { seed } => {
            let chaos = chaos::run(folder.path(), seed).await?;
            print!("{chaos}");
            (chaos.findings.is_clean(), serde_json::to_string_pretty(&chaos)?)
        }
        What::Mutants => (mutants().await?, String::new()),
    };
    if let Some(file) = asked.json {
        std::fs::write(&file, json).with_context(|| format!("cannot write {}", file.display()))?;
    }
    if !kept {
        let kept = folder.keep();
        eprintln!("logs: {}", kept.join("logs").display());
    }
    Ok(kept)
}

/// Plays every race with its guard, where nothing may be found, and without it, where it must.
async fn mutants() -> Result<bool> {
    let mut all = true;
    for mutant in MUTANTS {
        let (with, without) = (mutant.play(true).await?, mutant.play(false).await?);
        let seen = with.is_clean() && mutant.is_seen(&without);
        all &= seen;
        let found = without.ids().into_iter().collect::<Vec<_>>().join(" ");
        let verdict = if seen { "seen" } else { "NOT SEEN" };
        println!("{verdict:<9} {:<18} {:<14} {}", mutant.name, found, mutant.guard);
    }
    Ok(all)
}
