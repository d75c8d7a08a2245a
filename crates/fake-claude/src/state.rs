//! What the stand-in knows.
use std::{
    collections::HashSet,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::watch;

/// A prepared answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Canned {
    /// Only for requests whose text holds this; all requests without it.
    #[serde(rename = "match", default)]
    pub matching: Option<String>,
    /// The answer: a document or a text.
    pub answer: Value,
    /// How many times; always without it.
    #[serde(default)]
    pub times: Option<u32>,
}

/// A fault on demand.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Fault {
    /// Which.
    pub kind: FaultKind,
    /// Seconds, for a 429.
    #[serde(default)]
    pub retry_after: Option<u64>,
    /// How many times; always without it.
    #[serde(default)]
    pub times: Option<u32>,
    /// Only for requests whose text holds this.
    #[serde(rename = "match", default)]
    pub matching: Option<String>,
}

/// Kinds of faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// 429 with `retry-after`.
    #[serde(alias = "429")]
    RateLimited,
    /// 529.
    #[serde(alias = "529")]
    Overloaded,
    /// 500.
    #[serde(alias = "500")]
    ServerError,
    /// No answer at all.
    Timeout,
    /// Cut off at `max_tokens`.
    Truncation,
    /// The model declines.
    Refusal,
    /// A body that is no JSON.
    Garbage,
    /// A document of another shape.
    Nonsense,
    /// Five megabytes.
    Huge,
}

/// A request that came.
#[derive(Debug, Clone, Serialize)]
pub struct LogLine {
    /// From 1.
    pub seq: u64,
    /// Model.
    pub model: String,
    /// Beginning of the instructions.
    pub system: String,
    /// All text of the messages.
    pub user: String,
    /// How it was answered.
    pub outcome: String,
}

#[derive(Default)]
struct Inner {
    answers: Vec<Canned>,
    faults: Vec<Fault>,
    log: Vec<LogLine>,
    cached: HashSet<String>,
}

/// The state behind its lock.
pub(crate) struct State {
    inner: Mutex<Inner>,
    held: watch::Sender<bool>,
    waiting: AtomicUsize,
    pub(crate) latency: Duration,
}

impl State {
    pub(crate) fn new(latency: Duration) -> Self {
        Self { inner: Mutex::default(), held: watch::Sender::new(false), waiting: AtomicUsize::new(0), latency }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn add_answer(&self, canned: Canned) {
        self.lock().answers.push(canned);
    }

    pub(crate) fn add_fault(&self, fault: Fault) {
        self.lock().faults.push(fault);
    }

    pub(crate) fn heal(&self) {
        let mut inner = self.lock();
        inner.answers.clear();
        inner.faults.clear();
    }

    pub(crate) fn hold(&self) {
        self.held.send_replace(true);
    }

    pub(crate) fn release(&self) {
        self.held.send_replace(false);
    }

    pub(crate) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Acquire)
    }

    /// Waits while requests are held.
    pub(crate) async fn pass(&self) {
        let mut held = self.held.subscribe();
        self.waiting.fetch_add(1, Ordering::AcqRel);
        // The sender lives as long as the state.
        let _ = held.wait_for(|held| !held).await;
        self.waiting.fetch_sub(1, Ordering::AcqRel);
    }

    pub(crate) fn take_fault(&self, text: &str) -> Option<Fault> {
        let mut inner = self.lock();
        let at = inner.faults.iter().position(|fault| fits(fault.matching.as_deref(), text))?;
        let fault = inner.faults[at].clone();
        if used_up(&mut inner.faults[at].times) {
            inner.faults.remove(at);
        }
        Some(fault)
    }

    pub(crate) fn take_answer(&self, text: &str) -> Option<Value> {
        let mut inner = self.lock();
        let at = inner.answers.iter().position(|canned| fits(canned.matching.as_deref(), text))?;
        let answer = inner.answers[at].answer.clone();
        if used_up(&mut inner.answers[at].times) {
            inner.answers.remove(at);
        }
        Some(answer)
    }

    /// Whether the instructions were seen before; remembers them.
    pub(crate) fn is_cached(&self, system: &str) -> bool {
        !self.lock().cached.insert(system.to_owned())
    }

    pub(crate) fn note(&self, model: &str, system: &str, user: &str, outcome: &str) {
        let mut inner = self.lock();
        let seq = inner.log.len() as u64 + 1;
        inner.log.push(LogLine {
            seq,
            model: model.to_owned(),
            system: system.chars().take(200).collect(),
            user: user.to_owned(),
            outcome: outcome.to_owned(),
        });
    }

    pub(crate) fn log_after(&self, after: u64) -> Vec<LogLine> {
        self.lock().log.iter().filter(|line| line.seq > after).cloned().collect()
    }
}

fn fits(matching: Option<&str>, text: &str) -> bool {
    matching.is_none_or(|part| text.contains(part))
}

fn used_up(times: &mut Option<u32>) -> bool {
    match times {
        None => false,
        Some(left) => {
            *left = left.saturating_sub(1);
            *left == 0
        }
    }
}
