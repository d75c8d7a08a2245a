//! The bytes of a file under `/file/bot<token>/`: faults, the bytes, the log.

use std::sync::Arc;
use std::time::Duration;

use crate::calls::{How, Reply, instead, spoil};
use crate::engine::Engine;
use crate::error::ApiError;
use crate::faults::FaultKind;
use crate::journal::{LogEntry, LogKind};

/// What a fault and the log call it.
const NAME: &str = "file";

impl Engine {
    /// Gives a bot the file that has this path.
    pub async fn download(self: &Arc<Self>, bot: usize, path: &str) -> Reply {
        let started_ms = self.clock.now().unix_ms;
        let (name, fault, bytes) = self.with(|state| {
            let name = state.bots.get(bot).map(|b| b.name.clone()).unwrap_or_default();
            let fault = state.faults.take(&name, NAME, None);
            (name, fault, state.files.by_path(bot, path).map(|file| file.bytes.clone()))
        });
        let mut entry = LogEntry::new(LogKind::Download, &name, NAME, started_ms);
        let (reply, outcome) = match instead(fault) {
            Ok(instead) => instead,
            Err(fault) => {
                if let Some(FaultKind::Delay { ms }) = fault {
                    tokio::time::sleep(Duration::from_millis(ms)).await;
                }
                let (how, outcome) = spoil(fault.as_ref());
                match bytes {
                    Some(body) => {
                        let content_type = "application/octet-stream";
                        (Reply { status: 200, content_type, body, retry_after: None, how }, outcome)
                    }
                    None => (Reply { how, ..Reply::error(&ApiError::custom(404, "Not Found")) }, "Not Found"),
                }
            }
        };
        entry.outcome = outcome.to_owned();
        entry.status = (!matches!(reply.how, How::Never(_))).then_some(reply.status);
        self.record(entry);
        reply
    }
}
