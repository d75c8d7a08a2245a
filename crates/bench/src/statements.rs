//! The statements a server was sent, as its own log tells.
use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::ground::Ground;

/// One statement of a turn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Count {
    /// How often it was sent.
    pub calls: f64,
    /// What the server spent on it: reading, planning, carrying out, and for a COMMIT the disk.
    pub ms: f64,
}

/// What a turn costs. Counts are for one turn.
#[derive(Debug, Clone, Serialize)]
pub struct Costs {
    /// Times a turn waits for the database.
    pub round_trips: f64,
    /// Statements of a turn of ours, by name.
    pub ours: BTreeMap<String, Count>,
    /// Statements of a transaction of the bound.
    pub bound: BTreeMap<String, Count>,
    /// Statements inside the functions of a turn; empty where the server has no auto_explain.
    pub inside: BTreeMap<String, Count>,
    /// From an update's delivery to its answer, with one client, ms.
    pub turn_ms: f64,
}

/// Reads along in the server's log. It writes down every statement meanwhile, which costs time: rates are measured without.
pub struct Reading<'a> {
    ground: &'a Ground,
    log: PathBuf,
    from: usize,
}

impl<'a> Reading<'a> {
    /// Begins.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn begin(ground: &'a Ground) -> Result<Self> {
        let log = ground.postgres.dir().join("postgres.log");
        set(ground, &["log_min_duration_statement = 0", "log_line_prefix = '%u '"]).await?;
        let from = std::fs::read(&log).context("the server's log")?.len();
        Ok(Self { ground, log, from })
    }

    /// Ends, and tells what was sent by a role, for each of `turns`.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn end(self, role: &str, turns: usize) -> Result<BTreeMap<String, Count>> {
        Ok(each(count(&self.end_raw().await?, role), turns))
    }

    async fn end_raw(self) -> Result<String> {
        set(self.ground, &["log_min_duration_statement = -1", "log_line_prefix = '%m [%p] '"]).await?;
        let text = std::fs::read(&self.log)?;
        Ok(String::from_utf8_lossy(text.get(self.from..).unwrap_or_default()).into_owned())
    }
}

fn each(mut counts: BTreeMap<String, Count>, turns: usize) -> BTreeMap<String, Count> {
    for count in counts.values_mut() {
        count.calls /= turns as f64;
        count.ms /= turns as f64;
    }
    counts
}

/// What is carried out inside the functions that a role calls, while `turns` are made; empty where the server has no auto_explain.
///
/// # Errors
/// When the turns fail.
pub async fn inside(
    ground: &Ground,
    role: &str,
    turns: usize,
    make: impl AsyncFnOnce() -> Result<()>,
) -> Result<BTreeMap<String, Count>> {
    // Asked on our own connection first: a setting that names what is not there would let nobody in.
    if ground.admin.batch_execute("LOAD 'auto_explain'").await.is_err() {
        return Ok(BTreeMap::new());
    }
    let settings = [
        "SET session_preload_libraries = 'auto_explain'",
        "SET auto_explain.log_min_duration = 0",
        "SET auto_explain.log_nested_statements = on",
    ];
    ground.set_for_all(&settings).await?;
    let reading = Reading::begin(ground).await?;
    make().await?;
    let log = reading.end_raw().await?;
    ground.set_for_all(&["RESET session_preload_libraries", "RESET auto_explain.log_min_duration"]).await?;
    Ok(each(count_inside(&log, role), turns))
}

async fn set(ground: &Ground, settings: &[&str]) -> Result<()> {
    for setting in settings {
        ground.admin.batch_execute(&format!("ALTER SYSTEM SET {setting}")).await?;
    }
    ground.admin.execute("SELECT pg_reload_conf()", &[]).await?;
    // Every process of the server reads its settings before its next statement.
    tokio::time::sleep(Duration::from_millis(500)).await;
    Ok(())
}

/// Lines like `psy_api LOG:  duration: 0.123 ms  execute <unnamed>: SELECT …`. A statement without parameters comes as one line, `statement:`;
/// others as three, `parse`, `bind` and `execute`.
fn count(log: &str, role: &str) -> BTreeMap<String, Count> {
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    let lines = log.lines().filter_map(|line| line.strip_prefix(role)?.strip_prefix(" LOG:  duration: "));
    for (ms, sent) in lines.filter_map(|line| line.split_once(" ms  ")) {
        let Some((step, text)) = sent.split_once(": ") else { continue };
        let ms: f64 = ms.parse().unwrap_or(0.0);
        let sends = step == "statement" || step.starts_with("execute");
        let names: Vec<String> = text.split(';').map(str::trim).filter(|text| !text.is_empty()).map(name).collect();
        let last = names.len().saturating_sub(1);
        for (at, name) in names.into_iter().enumerate() {
            let count = counts.entry(name).or_default();
            count.calls += f64::from(u8::from(sends));
            // Several statements in one message are measured as one; the last, a COMMIT, is what takes the time.
            count.ms += if at == last { ms } else { 0.0 };
        }
    }
    counts
}

/// Lines like `psy_api LOG:  duration: 0.123 ms  plan:`, and in the next one the statement. Those that call a function are left out: what they
/// take is what is inside.
fn count_inside(log: &str, role: &str) -> BTreeMap<String, Count> {
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    let mut lines = log.lines();
    while let Some(line) = lines.next() {
        let plan = line.strip_prefix(role).and_then(|line| line.strip_prefix(" LOG:  duration: ")?.strip_suffix(" ms  plan:"));
        let Some(ms) = plan.and_then(|ms| ms.parse::<f64>().ok()) else { continue };
        let text = lines.next().unwrap_or_default().trim().trim_start_matches("Query Text: ");
        let calls = |function: &str| text.starts_with("SELECT") && text.contains(function);
        if ["psycheos.turn_begin", "psycheos.turn_close", "psycheos.outbox_put", "pg_notify"].into_iter().any(calls) {
            continue;
        }
        let count = counts.entry(text.chars().take(70).collect()).or_default();
        count.calls += 1.0;
        count.ms += ms;
    }
    counts
}

/// The function a statement calls, or its first words.
fn name(statement: &str) -> String {
    if statement.contains("pg_notify") {
        return "the signal, after the commit".to_owned();
    }
    let called = statement.split("psycheos.").nth(1).and_then(|rest| rest.split_once('('));
    match called.filter(|(name, _)| name.chars().all(|c| c.is_ascii_lowercase() || c == '_')) {
        Some((function, _)) => function.to_owned(),
        None => statement.chars().take(60).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_read_as_statements_of_a_role() {
        let log = "psy_api LOG:  duration: 0.010 ms  statement: BEGIN\n\
                   psy_api LOG:  duration: 0.200 ms  parse <unnamed>: SELECT * FROM psycheos.turn_begin($1, $2, $3)\n\
                   psy_api LOG:  duration: 0.300 ms  execute <unnamed>: SELECT * FROM psycheos.turn_begin($1, $2, $3)\n\
                   psy_api DETAIL:  parameters: $1 = 'pro', $2 = '5'\n\
                   psy_cron LOG:  duration: 9.000 ms  statement: BEGIN\n\
                   psy_api LOG:  duration: 1.500 ms  statement: SET CONSTRAINTS ALL IMMEDIATE; COMMIT\n";
        let counts = count(log, "psy_api");
        let names: Vec<&str> = counts.keys().map(String::as_str).collect();
        assert_eq!(names, ["BEGIN", "COMMIT", "SET CONSTRAINTS ALL IMMEDIATE", "turn_begin"]);
        assert_eq!(counts["turn_begin"], Count { calls: 1.0, ms: 0.5 });
        assert_eq!((counts["COMMIT"].ms, counts["BEGIN"].calls), (1.5, 1.0));
    }

    #[test]
    fn statements_inside_a_function_are_counted_without_it() {
        let log = "psy_api LOG:  duration: 0.030 ms  plan:\n\tQuery Text: INSERT INTO psycheos.bot_chat_state (bot_id)\n\tInsert on x\n\
                   psy_api CONTEXT:  SQL statement\n\
                   psy_api LOG:  duration: 0.900 ms  plan:\n\tQuery Text: SELECT * FROM psycheos.turn_begin($1, $2, $3)\n";
        let counts = count_inside(log, "psy_api");
        assert_eq!(
            counts.into_iter().collect::<Vec<_>>(),
            [("INSERT INTO psycheos.bot_chat_state (bot_id)".to_owned(), Count { calls: 1.0, ms: 0.03 })]
        );
    }

    #[test]
    fn statements_of_other_forms_are_named_by_their_beginning() {
        assert_eq!(name("SELECT 1 FROM psycheos.jobs WHERE x IN (1)"), "SELECT 1 FROM psycheos.jobs WHERE x IN (1)");
        assert_eq!(name("SELECT set_config('a', 'off', true), pg_notify('psycheos_outbox', '')"), "the signal, after the commit");
    }
}
