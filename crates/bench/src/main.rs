//! `make bench`: measures the platform on this machine, with real processes, a real pooler and a Postgres that writes to disk.
//!
//! Each rate stands beside a bound that was measured in the same run: pgbench with the same statements, or what Telegram permits. Figures
//! are for comparison within one run; nothing is asserted.
#![allow(clippy::print_stdout, reason = "a command line tool answers on standard output")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

use std::path::PathBuf;

use anyhow::Result;
use clap::Parser;

mod checkout;
mod figure;
mod ground;
mod growth;
mod hook;
mod jobs;
mod letters;
mod line;
mod machine;
mod markdown;
mod peers;
mod pgbench;
mod pickup;
mod rounds;
mod sender;
mod services;
mod spread;
mod statements;
mod taps;
mod turns;
mod web_peer;

use figure::{Part, Report};
use ground::Ground;
use rounds::Rounds;

/// What is measured, and for how long.
#[derive(Debug, Parser)]
#[command(name = "psycheos-bench", about = "Measures the platform on this machine")]
struct Options {
    /// Measures these parts alone
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Part>,
    /// Seconds of a round: a rate and its bound, one after the other
    #[arg(long, default_value_t = 4)]
    secs: u64,
    /// Rounds, of which the one with the middle ratio counts: a disk is not equally fast all the time
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Seconds for which each number of senders sends
    #[arg(long, default_value_t = 20)]
    sender_secs: u64,
    /// Measures again after so many finished jobs, sent messages and seen updates
    #[arg(long, value_name = "ROWS", num_args = 0..=1, default_missing_value = "1000000")]
    grown: Option<i64>,
    /// Folder in which the peers are installed (make bench-peers)
    #[arg(long, value_name = "FOLDER")]
    peers: Option<PathBuf>,
    /// Writes everything as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Writes the tables into this file, between its marks
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
}

impl Options {
    fn wants(&self, part: Part) -> bool {
        self.only.is_empty() || self.only.contains(&part)
    }

    fn length(&self) -> Rounds {
        Rounds { count: self.rounds.max(1), secs: self.secs.max(1) }
    }

    /// What to type to get the same, without the files it writes.
    fn command(&self) -> String {
        let make = if self.peers.is_some() { "make bench-peers" } else { "make bench" };
        let mut args = vec![format!("--rounds {} --secs {} --sender-secs {}", self.rounds, self.secs, self.sender_secs)];
        args.extend(self.grown.map(|rows| format!("--grown {rows}")));
        if !self.only.is_empty() {
            let parts: Vec<&str> = self.only.iter().map(|part| part.name()).collect();
            args.push(format!("--only {}", parts.join(",")));
        }
        format!("{make} ARGS=\"{}\"", args.join(" "))
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let options = Options::parse();
    // An error means that it was chosen before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut ground = Ground::lay().await?;
    let mut report = Report::new(machine::Machine::look(&ground.admin).await?, options.command());
    if options.wants(Part::Services) {
        services::measure(&ground, &mut report).await?;
    }
    measure_queues(&ground, &options, &mut report).await?;
    if let Some(folder) = &options.peers {
        if options.wants(Part::Turns) {
            web_peer::measure(&ground, folder, options.length(), &mut report).await?;
        }
        if options.wants(Part::Jobs) {
            peers::measure(&ground, folder, options.secs, &mut report).await?;
        }
    }
    if let Some(rows) = options.grown {
        report.machine.flushes_ms.push(machine::flush_ms()?);
        growth::grow(&mut ground, rows, &mut report).await?;
        measure_queues(&ground, &options, &mut report).await?;
    }
    report.machine.flushes_ms.push(machine::flush_ms()?);
    report.print();
    if let Some(file) = &options.json {
        std::fs::write(file, serde_json::to_string_pretty(&report)?)?;
    }
    if let Some(file) = &options.markdown {
        markdown::write(&report, file)?;
    }
    Ok(())
}

/// What is measured on an empty database and on a grown one.
async fn measure_queues(ground: &Ground, options: &Options, report: &mut Report) -> Result<()> {
    ground.checkpoint().await?;
    if options.wants(Part::Turns) {
        turns::measure(ground, options.length(), report).await?;
    }
    if options.wants(Part::Jobs) {
        jobs::measure(ground, options.length(), report).await?;
        pickup::measure(ground, report).await?;
    }
    if options.wants(Part::Sender) {
        sender::measure(ground, options.sender_secs, report).await?;
    }
    Ok(())
}
