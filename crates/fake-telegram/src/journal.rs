//! What happened: the log for checkers and the events for a page that watches.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::clock::Now;
use crate::params::Params;

/// Events kept for those who come back with `Last-Event-ID`.
const KEPT_EVENTS: usize = 20_000;

/// A change a watching page shows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Event {
    /// Grows by one from 1.
    pub seq: u64,
    /// Milliseconds since 1970.
    pub at_ms: i64,
    /// `message`, `edited`, `deleted`, `callback_answer`, `chat_action`, `draft`, `webhook`,
    /// `delivery`, `member`, `payment`, `commands`.
    pub kind: String,
    /// Name of the bot (`pro`).
    pub bot: String,
    /// The chat it happened in.
    pub chat: Option<i64>,
    /// What it is about; for messages a [`crate::ChatMessage`].
    pub data: Value,
}

/// What a log entry is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogKind {
    /// A method call over HTTP.
    Call,
    /// A method in the answer of a webhook.
    WebhookAnswer,
    /// One attempt to deliver an update.
    Delivery,
    /// A bot fetched the bytes of a file.
    Download,
}

/// One line of the append-only log.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LogEntry {
    /// Grows by one from 1. Calls are numbered in the order they were applied.
    pub seq: u64,
    /// When it was applied or ended; milliseconds since 1970.
    pub at_ms: i64,
    /// When it arrived or was sent; milliseconds since 1970.
    pub started_ms: i64,
    /// What the entry is about.
    pub kind: LogKind,
    /// Name of the bot (`pro`).
    pub bot: String,
    /// Method as it was called, the kind of the update, or `file` for a download.
    pub method: String,
    /// Chat it concerns.
    pub chat: Option<i64>,
    /// Message that was made, changed or deleted.
    pub message_id: Option<i64>,
    /// Update that was delivered.
    pub update_id: Option<i64>,
    /// Which delivery of that update this was, from 1.
    pub attempt: u32,
    /// Text or caption as it was sent.
    pub text: Option<String>,
    /// HTTP status that was answered (calls) or received (deliveries); `None`: no answer.
    pub status: Option<u16>,
    /// `ok`, the description of a refusal, or the name of a fault.
    pub outcome: String,
    /// The call changed the state, whatever the caller was told.
    pub applied: bool,
}

impl LogEntry {
    /// An entry that has yet to be numbered.
    pub(crate) fn new(kind: LogKind, bot: &str, method: &str, started_ms: i64) -> Self {
        Self {
            seq: 0,
            at_ms: 0,
            started_ms,
            kind,
            bot: bot.to_owned(),
            method: method.to_owned(),
            chat: None,
            message_id: None,
            update_id: None,
            attempt: 0,
            text: None,
            status: None,
            outcome: String::new(),
            applied: false,
        }
    }

    /// Fills in what a call was about, from its parameters and its result.
    pub(crate) fn about(&mut self, params: &Params, result: Option<&Value>) {
        let made = result.and_then(|r| r.get("message_id").or_else(|| r.get(0)?.get("message_id")));
        self.chat = params.int("chat_id");
        self.message_id = made.and_then(Value::as_i64).or_else(|| params.int("message_id"));
        self.text = params.text("text").or_else(|| params.text("caption"));
    }
}

/// Log and events.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    log: Vec<LogEntry>,
    events: VecDeque<Event>,
    last_event: u64,
}

impl Journal {
    pub fn log(&mut self, now: Now, mut entry: LogEntry) {
        entry.seq = self.log.len() as u64 + 1;
        entry.at_ms = now.unix_ms;
        self.log.push(entry);
    }

    /// Entries after `seq`, oldest first.
    pub fn log_after(&self, seq: u64) -> &[LogEntry] {
        let from = usize::try_from(seq).unwrap_or(usize::MAX);
        self.log.get(from..).unwrap_or_default()
    }

    pub fn event(&mut self, now: Now, kind: &str, bot: &str, chat: Option<i64>, data: Value) {
        self.last_event += 1;
        if self.events.len() >= KEPT_EVENTS {
            self.events.pop_front();
        }
        self.events.push_back(Event {
            seq: self.last_event,
            at_ms: now.unix_ms,
            kind: kind.to_owned(),
            bot: bot.to_owned(),
            chat,
            data,
        });
    }

    pub fn last_event(&self) -> u64 {
        self.last_event
    }

    /// Kept events after `seq`, oldest first.
    pub fn events_after(&self, seq: u64) -> Vec<Event> {
        let first = self.events.front().map_or(0, |event| event.seq);
        let skipped = (seq + 1).saturating_sub(first);
        let skipped = usize::try_from(skipped).unwrap_or(usize::MAX);
        self.events.iter().skip(skipped).cloned().collect()
    }
}
