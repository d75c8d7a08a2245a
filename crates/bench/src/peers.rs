//! Other queues on Postgres, on the same server and with as many jobs at the same time. Each is driven by a small program of its own
//! (`crates/bench/peers`), which says on its last line what it came to.
use std::{path::Path, time::Duration};

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use test_kit::ADMIN;
use tokio::process::Command;

use crate::{
    figure::{Figure, Part, Report, Target},
    ground::Ground,
    jobs::{self, CONNECTIONS, SLOTS},
    pickup,
    spread::Spread,
};

/// Programs, and the interpreters that run them, in the folder they are installed in.
const PEERS: [(&str, &str); 3] =
    [("node", "graphile-worker.mjs"), ("node", "pg-boss.mjs"), ("venv/bin/python", "procrastinate_peer.py")];
/// Connections of a peer, which is what all three take unless they are told otherwise.
const THEIR_CONNECTIONS: usize = 10;
/// Jobs for each second of ours.
const JOBS: u64 = 2000;
const SAMPLES: u64 = 100;

/// What a peer says.
#[derive(Debug, Deserialize)]
struct Said {
    name: String,
    version: String,
    jobs_per_sec: f64,
    pickup_ms: Vec<f64>,
}

/// Measures ours, each peer, and ours again, whose middle stands beside the peer: over a worker's connections, and over as many as peers have.
///
/// # Errors
/// A peer is not installed or fails.
pub async fn measure(ground: &Ground, folder: &Path, secs: u64, report: &mut Report) -> Result<()> {
    for (number, (interpreter, program)) in PEERS.into_iter().enumerate() {
        let before = ours(ground, secs).await?;
        ground.clear().await?;
        let said = run(ground, folder, interpreter, program, number, secs * JOBS).await?;
        let pickup = Spread::of(pickup::listening(ground, SAMPLES).await?);
        let after = ours(ground, secs).await?;
        let name = format!("{} {}", said.name, said.version);
        for ((connections, before), (_, after)) in before.into_iter().zip(after) {
            let what = format!("{SLOTS} at a time over {connections} connections, beside {name}");
            let figure =
                Figure::new(Part::Jobs, what, f64::midpoint(before, after), "jobs/s").beside(&name, said.jobs_per_sec, None);
            let ratio = figure.ratio();
            report.add(figure.target(Target::at_least(1.0, "× the peer", ratio)));
        }
        let theirs = Spread::of(said.pickup_ms.iter().map(|ms| Duration::from_secs_f64(ms.max(0.0) / 1000.0)).collect());
        let figure = Figure::of_durations(Part::Jobs, format!("insert to start, beside {name}"), pickup);
        report.add(figure.beside(name, theirs.p50_ms, Some(theirs)));
    }
    ground.clear().await
}

async fn ours(ground: &Ground, secs: u64) -> Result<Vec<(usize, f64)>> {
    let mut rates = Vec::new();
    for connections in [CONNECTIONS, THEIR_CONNECTIONS] {
        rates.push((connections, jobs::as_worker(ground, secs, connections).await?));
    }
    Ok(rates)
}

async fn run(ground: &Ground, folder: &Path, interpreter: &str, program: &str, number: usize, jobs: u64) -> Result<Said> {
    let database = format!("peer{number}");
    ground.admin.batch_execute(&format!("CREATE DATABASE {database}")).await?;
    // What lies in the folder, or in the PATH.
    let own = folder.join(interpreter);
    let mut command = Command::new(if own.exists() { own.as_path() } else { Path::new(interpreter) });
    command.arg(folder.join(program)).arg(ground.postgres.url(&database, ADMIN));
    command.args([SLOTS.to_string(), jobs.to_string(), SAMPLES.to_string()]).current_dir(folder).kill_on_drop(true);
    let output = tokio::time::timeout(Duration::from_secs(600), command.output()).await.context("a peer hangs")??;
    let text = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.success(), "{program}: {}{text}", String::from_utf8_lossy(&output.stderr));
    let last = text.lines().last().context("a peer says nothing")?;
    serde_json::from_str(last).with_context(|| format!("{program}: {last}"))
}
