//! The requests that came.
use std::collections::VecDeque;

use serde::Serialize;
use serde_json::Value;

use crate::{asked::Asked, pictures};

/// As many requests are kept.
const KEPT: usize = 1000;
/// As many characters of the instructions are shown.
const SYSTEM_HEAD: usize = 200;

/// A request that came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogLine {
    /// From 1.
    pub seq: u64,
    /// Model.
    pub model: String,
    /// Beginning of the instructions.
    pub system: String,
    /// All text of the messages.
    pub user: String,
    /// Pictures in the messages.
    pub images: usize,
    /// `metadata.user_id`.
    pub user_id: Option<String>,
    /// `waiting`, `answered`, `refused` where the request is wrong, or the name of a fault.
    pub outcome: String,
    /// The whole body without its pictures.
    #[serde(skip)]
    body: String,
}

#[derive(Default)]
pub(crate) struct Log {
    lines: VecDeque<LogLine>,
    last: u64,
}

impl Log {
    /// Notes a request that waits for its answer; returns its number.
    pub(crate) fn note(&mut self, asked: &Asked) -> u64 {
        self.push(LogLine {
            seq: 0,
            model: asked.model.clone(),
            system: asked.system.chars().take(SYSTEM_HEAD).collect(),
            user: asked.user.clone(),
            images: asked.images,
            user_id: asked.user_id.clone(),
            outcome: "waiting".to_owned(),
            body: asked.without_pictures(),
        })
    }

    /// Notes a request that is wrong, as it came, pictures excepted.
    pub(crate) fn note_refused(&mut self, body: &[u8]) -> u64 {
        self.push(LogLine {
            seq: 0,
            model: String::new(),
            system: String::new(),
            user: String::new(),
            images: 0,
            user_id: None,
            outcome: "refused".to_owned(),
            body: as_it_came(body),
        })
    }

    fn push(&mut self, mut line: LogLine) -> u64 {
        self.last += 1;
        line.seq = self.last;
        self.lines.push_back(line);
        if self.lines.len() > KEPT {
            self.lines.pop_front();
        }
        self.last
    }

    pub(crate) fn finish(&mut self, seq: u64, outcome: &str) {
        if let Some(line) = self.lines.iter_mut().find(|line| line.seq == seq) {
            outcome.clone_into(&mut line.outcome);
        }
    }

    pub(crate) fn after(&self, seq: u64) -> Vec<LogLine> {
        self.lines.iter().filter(|line| line.seq > seq).cloned().collect()
    }

    pub(crate) fn saw(&self, text: &str) -> bool {
        self.lines.iter().any(|line| line.body.contains(text))
    }

    pub(crate) fn last(&self) -> u64 {
        self.last
    }
}

fn as_it_came(body: &[u8]) -> String {
    match serde_json::from_slice::<Value>(body) {
        Ok(mut body) => {
            pictures::leave_out(&mut body);
            body.to_string()
        }
        Err(_) => String::from_utf8_lossy(body).into_owned(),
    }
}
