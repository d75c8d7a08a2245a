//! The bound: pgbench sends the same statements through the same pooler, and does nothing else.
use std::{path::Path, time::Duration};

use anyhow::{Context as _, Result, ensure};
use serde::Serialize;
use test_kit::Postgres;
use tokio::process::Command;

use crate::spread::Spread;

/// How long it runs.
#[derive(Debug, Clone, Copy)]
pub enum Length {
    /// So many seconds.
    Secs(u64),
    /// So many transactions of each client.
    Transactions(u32),
}

/// What pgbench came to.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Bound {
    /// Transactions a second.
    pub rate: f64,
    /// Their durations.
    pub spread: Spread,
}

/// How statements are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// Read and planned each time, as ours are: a pooler in transaction mode need not remember them.
    Extended,
    /// Read once by each connection, which such a pooler must follow.
    Prepared,
}

/// Runs a script. `variables` are there before the first line.
///
/// # Errors
/// No pgbench beside the server's programs; a statement fails.
pub async fn run(
    url: &str,
    protocol: Protocol,
    script: &str,
    clients: usize,
    length: Length,
    variables: &[(&str, i64)],
) -> Result<Bound> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("script.sql");
    std::fs::write(&file, script)?;
    let mut command = Command::new(Postgres::binaries()?.join("pgbench"));
    command.args(["--no-vacuum", "--log"]);
    command.arg(match protocol {
        Protocol::Extended => "--protocol=extended",
        Protocol::Prepared => "--protocol=prepared",
    });
    command.arg(format!("--log-prefix={}", folder.path().join("log").display()));
    command.arg(format!("--client={clients}"));
    match length {
        Length::Secs(secs) => command.arg(format!("--time={secs}")),
        Length::Transactions(count) => command.arg(format!("--transactions={count}")),
    };
    command.args(variables.iter().map(|(name, value)| format!("--define={name}={value}")));
    let output = command.arg("--file").arg(&file).arg(url).kill_on_drop(true).output().await.context("no pgbench")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success() && !errors.contains("aborted"), "pgbench: {errors}");
    let rate = rate(&text).with_context(|| format!("pgbench: {text}"))?;
    Ok(Bound { rate, spread: Spread::of(durations(folder.path())?) })
}

/// The line `tps = 1234.5 (without initial connection time)`.
fn rate(text: &str) -> Option<f64> {
    text.lines().find_map(|line| line.strip_prefix("tps = ")?.split_whitespace().next()?.parse().ok())
}

/// The third word of each line of the logs: microseconds of a transaction.
fn durations(folder: &Path) -> Result<Vec<Duration>> {
    let mut taken = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("log.")) {
            let text = std::fs::read_to_string(path)?;
            taken.extend(text.lines().filter_map(|line| line.split(' ').nth(2)?.parse().ok()).map(Duration::from_micros));
        }
    }
    Ok(taken)
}

/// SQL for a text as it is.
#[must_use]
pub fn literal(text: Option<&str>) -> String {
    text.map_or_else(|| "NULL".to_owned(), |text| format!("'{}'", text.replace('\'', "''")))
}

/// SQL for bytes, given in hexadecimal digits.
#[must_use]
pub fn bytes(hex: Option<&str>) -> String {
    hex.map_or_else(|| "NULL".to_owned(), |hex| format!("decode('{hex}', 'hex')"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_read_from_what_pgbench_says() {
        let text = "latency average = 0.9 ms\ntps = 1234.5 (without initial connection time)\n";
        assert_eq!(rate(text), Some(1234.5));
        assert_eq!(rate("pgbench: error"), None);
    }

    #[test]
    fn a_text_cannot_end_its_quotes() {
        assert_eq!(literal(Some("it's")), "'it''s'");
        assert_eq!((literal(None), bytes(None)), ("NULL".into(), "NULL".into()));
    }
}
