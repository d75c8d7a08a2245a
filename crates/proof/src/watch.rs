//! What is looked at while people talk: queues, connections, memory, refusals.
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::Result;
use fake_telegram::{FakeTelegram, LogKind};
use serde::Serialize;
use test_kit::{connect, memory_kib};
use tokio::task::JoinHandle;

/// How often it is looked.
const EVERY: Duration = Duration::from_secs(1);

/// One look.
#[derive(Debug, Clone, Serialize)]
pub struct Look {
    /// Seconds since the beginning.
    pub at: f64,
    /// Jobs that are queued or run.
    pub jobs: i64,
    /// Messages that are to be sent.
    pub messages: i64,
    /// Updates that Telegram has not delivered.
    pub updates: usize,
    /// Connections to the server, by role.
    pub connections: BTreeMap<String, i64>,
    /// Seconds for which the longest idle of all open transactions has been idle.
    pub idle_in_transaction: f64,
    /// Memory of each process in KiB, proportional set size.
    pub memory: BTreeMap<String, u64>,
    /// Refusals by flood control since the beginning.
    pub refused: usize,
}

/// Looks every second until it is told to stop.
#[derive(Debug)]
pub struct Watch {
    looks: Arc<Mutex<Vec<Look>>>,
    task: JoinHandle<()>,
}

impl Watch {
    /// Begins. `pids` are the processes whose memory is of interest, by name; `url` is the
    /// superuser's, past pooler and links.
    #[must_use]
    pub fn begin(url: String, telegram: FakeTelegram, pids: BTreeMap<String, u32>) -> Self {
        let looks: Arc<Mutex<Vec<Look>>> = Arc::default();
        let seen = Arc::clone(&looks);
        let task = tokio::spawn(async move {
            let (began, mut log, mut refused, mut client) = (Instant::now(), 0, 0, None);
            loop {
                let entries = telegram.log_after(log);
                log = entries.last().map_or(log, |last| last.seq);
                refused += entries.iter().filter(|entry| entry.kind == LogKind::Call && entry.status == Some(429)).count();
                let updates = telegram.bots().iter().map(|bot| bot.pending).sum();
                if client.is_none() {
                    client = connect(&url).await.ok();
                }
                let seen_there = match &client {
                    Some(client) => rows(client).await.ok(),
                    None => None,
                };
                // Where the database is away there is nothing to be seen in it.
                if let Some((jobs, messages, connections, idle_in_transaction)) = seen_there {
                    let memory = pids.iter().filter_map(|(name, pid)| Some((name.clone(), memory_kib(*pid)?))).collect();
                    let look = Look {
                        at: began.elapsed().as_secs_f64(),
                        jobs,
                        messages,
                        updates,
                        connections,
                        idle_in_transaction,
                        memory,
                        refused,
                    };
                    seen.lock().unwrap_or_else(PoisonError::into_inner).push(look);
                } else {
                    client = None;
                }
                tokio::time::sleep(EVERY).await;
            }
        });
        Self { looks, task }
    }

    /// Stops, and gives what was seen.
    #[must_use]
    pub fn end(self) -> Vec<Look> {
        self.looks.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn rows(client: &tokio_postgres::Client) -> Result<(i64, i64, BTreeMap<String, i64>, f64)> {
    let query = "SELECT (SELECT count(*) FROM psycheos.jobs WHERE status IN ('queued', 'running')), \
                 (SELECT count(*) FROM psycheos.outbox_messages WHERE status IN ('pending', 'sending', 'held')), \
                 (SELECT coalesce(max(extract(epoch FROM clock_timestamp() - state_change)), 0)::float8 FROM pg_stat_activity \
                  WHERE state LIKE 'idle in transaction%')";
    let row = client.query_one(query, &[]).await?;
    let roles = "SELECT usename::text, count(*) FROM pg_stat_activity WHERE usename LIKE 'psy\\_%' GROUP BY 1";
    let connections = client.query(roles, &[]).await?.iter().map(|row| (row.get(0), row.get(1))).collect();
    Ok((row.get(0), row.get(1), connections, row.get(2)))
}

/// Processor time a process has used, in seconds.
pub(crate) fn processor(pid: u32) -> Option<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name stands in parentheses and may contain anything; times are the 12th and 13th fields after it, in hundredths.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let hundredths: u32 = fields.get(11..13)?.iter().filter_map(|field| field.parse::<u32>().ok()).sum();
    Some(f64::from(hundredths) / 100.0)
}

/// Milliseconds in which the webhook answered each delivery with 200.
pub(crate) fn webhooks(telegram: &FakeTelegram) -> Vec<i64> {
    let answered = |entry: &fake_telegram::LogEntry| entry.kind == LogKind::Delivery && entry.status == Some(200);
    telegram.log_after(0).iter().filter(|entry| answered(entry)).map(|entry| entry.at_ms - entry.started_ms).collect()
}
