//! What the stand-in knows.
use std::{
    collections::{HashSet, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::{oneshot, watch};

use crate::{
    asked::Asked,
    failing::{Fault, FaultKind},
    log::{Log, LogLine},
};

/// A prepared answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Canned {
    /// Only for requests whose text holds this; all requests without it.
    #[serde(rename = "match", default)]
    pub matching: Option<String>,
    /// The answer: a document, or a text that is sent as it is.
    pub answer: Value,
    /// How many times; always without it.
    #[serde(default)]
    pub times: Option<u32>,
}

/// What the stand-in is doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// Whether requests to come will wait.
    pub held: bool,
    /// Requests that wait.
    pub waiting: usize,
    /// Requests that came.
    pub requests: u64,
    /// Prepared answers that are not used up.
    pub answers: usize,
    /// Faults that are not used up.
    pub faults: Vec<FaultKind>,
}

#[derive(Default)]
struct Inner {
    answers: Vec<Canned>,
    faults: Vec<Fault>,
    log: Log,
    /// Prefixes of instructions that the model has read before.
    cached: HashSet<String>,
    held: bool,
    queue: VecDeque<oneshot::Sender<()>>,
}

/// The state behind its lock.
pub(crate) struct State {
    inner: Mutex<Inner>,
    /// Counts the requests that began to wait.
    arrivals: watch::Sender<u64>,
    pub(crate) latency: Duration,
}

impl State {
    pub(crate) fn new(latency: Duration) -> Self {
        Self { inner: Mutex::default(), arrivals: watch::Sender::new(0), latency }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn add_answer(&self, canned: Canned) {
        if canned.times != Some(0) {
            self.lock().answers.push(canned);
        }
    }

    pub(crate) fn add_fault(&self, fault: Fault) {
        if fault.times != Some(0) {
            self.lock().faults.push(fault);
        }
    }

    pub(crate) fn heal(&self) {
        let mut inner = self.lock();
        inner.answers.clear();
        inner.faults.clear();
    }

    pub(crate) fn hold(&self) {
        self.lock().held = true;
    }

    pub(crate) fn release(&self) {
        let mut inner = self.lock();
        inner.held = false;
        for waiting in inner.queue.drain(..) {
            // A client that has gone needs no answer.
            let _ = waiting.send(());
        }
    }

    pub(crate) fn release_next(&self, count: usize) {
        let mut inner = self.lock();
        let mut left = count;
        while left > 0 {
            let Some(waiting) = inner.queue.pop_front() else { return };
            if waiting.send(()).is_ok() {
                left -= 1;
            }
        }
    }

    pub(crate) fn waiting(&self) -> usize {
        self.lock().waiting()
    }

    pub(crate) async fn until_waiting(&self, count: usize) {
        // The sender lives as long as the state.
        let _ = self.arrivals.subscribe().wait_for(|_| self.waiting() >= count).await;
    }

    /// Waits while requests are held.
    pub(crate) async fn pass(&self) {
        let released = {
            let mut inner = self.lock();
            if !inner.held {
                return;
            }
            let (release, released) = oneshot::channel();
            inner.queue.push_back(release);
            released
        };
        self.arrivals.send_modify(|count| *count += 1);
        let _ = released.await;
    }

    pub(crate) fn take_fault(&self, text: &str) -> Option<Fault> {
        let mut inner = self.lock();
        let at = inner.faults.iter().position(|fault| fits(fault.matching.as_deref(), text))?;
        let fault = inner.faults[at].clone();
        if is_used_up(&mut inner.faults[at].times) {
            inner.faults.remove(at);
        }
        Some(fault)
    }

    pub(crate) fn take_answer(&self, text: &str) -> Option<Value> {
        let mut inner = self.lock();
        let at = inner.answers.iter().position(|canned| fits(canned.matching.as_deref(), text))?;
        let answer = inner.answers[at].answer.clone();
        if is_used_up(&mut inner.answers[at].times) {
            inner.answers.remove(at);
        }
        Some(answer)
    }

    /// Whether the prefix was read before by this model; remembers it.
    pub(crate) fn is_cached(&self, model: &str, prefix: &str) -> bool {
        !self.lock().cached.insert(format!("{model}\n{prefix}"))
    }

    pub(crate) fn note(&self, asked: &Asked) -> u64 {
        self.lock().log.note(asked)
    }

    pub(crate) fn note_refused(&self, body: &[u8]) -> u64 {
        self.lock().log.note_refused(body)
    }

    pub(crate) fn finish(&self, seq: u64, outcome: &str) {
        self.lock().log.finish(seq, outcome);
    }

    pub(crate) fn log_after(&self, after: u64) -> Vec<LogLine> {
        self.lock().log.after(after)
    }

    pub(crate) fn saw(&self, text: &str) -> bool {
        self.lock().log.saw(text)
    }

    pub(crate) fn status(&self) -> Status {
        let inner = self.lock();
        Status {
            held: inner.held,
            waiting: inner.waiting(),
            requests: inner.log.last(),
            answers: inner.answers.len(),
            faults: inner.faults.iter().map(|fault| fault.kind).collect(),
        }
    }
}

impl Inner {
    fn waiting(&self) -> usize {
        self.queue.iter().filter(|waiting| !waiting.is_closed()).count()
    }
}

fn fits(matching: Option<&str>, text: &str) -> bool {
    matching.is_none_or(|part| text.contains(part))
}

fn is_used_up(times: &mut Option<u32>) -> bool {
    match times {
        None => false,
        Some(left) => {
            *left = left.saturating_sub(1);
            *left == 0
        }
    }
}
