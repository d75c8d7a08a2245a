//! One message, from its claim to its end.
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use db::{
    DbError, Keyring, Pool,
    outbox::{self, ClaimedMessage},
    results,
};
use domain::{BotId, OutboxId, TelegramMessageId};
use serde_json::Value;
use telegram::{Failure, Refusal, Sent, Telegram, Upload};
use telemetry::{metrics, span};
use tokio::sync::mpsc;
use tracing::Instrument as _;
use uuid::Uuid;
use vault::Place;

/// A message that Telegram accepted, to be marked so.
#[derive(Debug, Clone)]
pub struct Accepted {
    /// Its id.
    pub id: OutboxId,
    /// Our lease on it.
    pub lease: Uuid,
    /// The number Telegram gave it.
    pub number: Option<TelegramMessageId>,
    /// The trace it belongs to.
    pub traceparent: Option<String>,
}

/// What a delivery works with. Cloning shares it.
#[derive(Clone)]
pub struct Courier {
    /// Connections.
    pub pool: Pool,
    /// Keys.
    pub keys: Keyring,
    /// One client per bot.
    pub bots: std::sync::Arc<HashMap<BotId, Telegram>>,
    /// Accepted messages are marked in batches by one task.
    pub accepted: mpsc::UnboundedSender<Accepted>,
}

impl Courier {
    /// Sends one message and writes what became of it. No connection is held while Telegram is called.
    pub async fn deliver(&self, message: ClaimedMessage) {
        let traceparent = message.traceparent.as_deref();
        let span = span::send_message(message.bot, &message.kind, message.attempt, message.about(), traceparent);
        self.deliver_once(&message).instrument(span).await;
    }

    async fn deliver_once(&self, message: &ClaimedMessage) {
        let began = Instant::now();
        db::death_point("message_claimed");
        let outcome = self.send(message).await;
        db::death_point("message_sent");
        if matches!(outcome, Ok(Outcome::Called(Ok(_)))) {
            metrics::sent(message.lane, message.waited + began.elapsed());
        }
        if let Err(error) = self.settle(message, outcome).await {
            // The lease will run out, and the message is then taken back as uncertain.
            tracing::error!(outbox = %message.id, code = error.code(), reason = %error, "an outcome could not be written");
        }
    }

    async fn send(&self, message: &ClaimedMessage) -> Result<Outcome, DbError> {
        let Some(telegram) = self.bots.get(&message.bot) else { return Ok(Outcome::Impossible("no_token")) };
        let Some(blob) = &message.payload else { return Ok(Outcome::Impossible("payload_destroyed")) };
        let mut conn = self.pool.get().await?;
        let row = message.id.to_string();
        let place = Place { column: "outbox_messages.payload", row: &row, case: message.case };
        let plain = match self.keys.open(&mut conn, &place, blob).await {
            Ok(plain) => plain,
            Err(DbError::Corrupt(_) | DbError::Vault(_)) => return Ok(Outcome::Impossible("payload_does_not_open")),
            Err(error) => return Err(error),
        };
        let Ok(params) = serde_json::from_slice::<Value>(&plain) else {
            return Ok(Outcome::Impossible("payload_unreadable"));
        };
        let file = match message.file {
            Some(file) => match results::find_file(&mut conn, &self.keys, message.bot, file).await? {
                Some(stored) => Some((file, stored)),
                None => return Ok(Outcome::Impossible("file_gone")),
            },
            None => None,
        };
        drop(conn);
        let called = match file {
            None => self.call(telegram, message, params).await,
            Some((file, stored)) => self.send_document(telegram, message, params, file, stored).await,
        };
        Ok(Outcome::Called(called))
    }

    async fn call(&self, telegram: &Telegram, message: &ClaimedMessage, mut params: Value) -> Result<Sent, Failure> {
        if message.method != "editMessageText" {
            let sent = Self::ask(telegram, message.bot, &message.method, &params).await;
            if sent == Err(Failure::Refused(Refusal::BadMarkup)) {
                tracing::error!(outbox = %message.id, "our markup was refused; sent as plain text");
                return Self::ask(telegram, message.bot, &message.method, &plain_text(params)).await;
            }
            return sent;
        }
        let Some(target) = message.target else {
            // The message it was to edit was never sent: this one takes its place.
            return Self::ask(telegram, message.bot, "sendMessage", &as_new_message(params)).await;
        };
        params["message_id"] = Value::from(target.0);
        let edit = without(&params, "protect_content");
        match Self::ask(telegram, message.bot, "editMessageText", &edit).await {
            Err(Failure::Refused(Refusal::NotModified)) => Ok(Sent { result: serde_json::json!({ "message_id": target.0 }) }),
            Err(Failure::Refused(Refusal::NoSuchMessage)) => {
                Self::ask(telegram, message.bot, "sendMessage", &as_new_message(params)).await
            }
            Err(Failure::Refused(Refusal::BadMarkup)) => {
                Self::ask(telegram, message.bot, "editMessageText", &plain_text(edit)).await
            }
            other => other,
        }
    }

    async fn send_document(
        &self,
        telegram: &Telegram,
        message: &ClaimedMessage,
        mut params: Value,
        file: domain::FileId,
        stored: results::StoredFile,
    ) -> Result<Sent, Failure> {
        if let Some(id) = stored.telegram_file_id {
            params["document"] = Value::from(id);
            return Self::ask(telegram, message.bot, &message.method, &params).await;
        }
        let Some(bytes) = stored.bytes else { return Err(Failure::Refused(Refusal::Ours)) };
        let upload = Upload { name: stored.name, mime: stored.mime, bytes };
        let sent = measured(message.bot, &message.method, telegram.upload(&message.method, &params, upload)).await?;
        if let (Some(id), Ok(mut conn)) = (sent.document_id(), self.pool.get().await) {
            // Only saves the next upload.
            let _ = results::keep_telegram_file_id(&mut conn, message.bot, file, id).await;
        }
        Ok(sent)
    }

    /// One call, measured.
    async fn ask(telegram: &Telegram, bot: BotId, method: &str, params: &Value) -> Result<Sent, Failure> {
        measured(bot, method, telegram.call(method, params)).await
    }

    async fn settle(&self, message: &ClaimedMessage, outcome: Result<Outcome, DbError>) -> Result<(), DbError> {
        let called = match outcome? {
            Outcome::Called(called) => called,
            Outcome::Impossible(code) => {
                tracing::warn!(outbox = %message.id, code, "message cannot be sent");
                let mut conn = self.pool.get().await?;
                return outbox::finish_unsent(&mut conn, message.id, message.lease, true, code).await.map(drop);
            }
        };
        let failure = match called {
            Ok(sent) => {
                // The receiver lives as long as the service.
                let accepted = Accepted {
                    id: message.id,
                    lease: message.lease,
                    number: sent.message_id(),
                    traceparent: message.traceparent.clone(),
                };
                let _ = self.accepted.send(accepted);
                return Ok(());
            }
            Err(failure) => failure,
        };
        let mut conn = self.pool.get().await?;
        let (id, lease) = (message.id, message.lease);
        tracing::info!(outbox = %id, bot = message.bot.as_str(), method = message.method, attempt = message.attempt,
                       failure = %failure, "message not sent");
        match failure {
            Failure::NotSent => outbox::release(&mut conn, id, lease, pause(message.attempt), "not_sent", false, false).await,
            Failure::SlowDown { after } => {
                metrics::slowed(message.bot, if message.chat.is_some() { "chat" } else { "bot" }, after);
                outbox::slow_down(&mut conn, message, after).await
            }
            Failure::Unknown => {
                metrics::ambiguous(&message.kind);
                outbox::release(&mut conn, id, lease, pause(message.attempt), "unknown_outcome", true, false).await
            }
            Failure::Refused(refusal) => match (refusal, message.chat) {
                (Refusal::Unreachable | Refusal::NoSuchChat, Some(chat)) => {
                    outbox::stop_chat(&mut conn, message, chat, refusal.code()).await
                }
                (Refusal::NotModified | Refusal::AlreadyRefunded, _) => {
                    outbox::finish_sent(&mut conn, &[(id, lease, None)]).await.map(drop)
                }
                (Refusal::Unauthorized, _) => {
                    db::alerts::insert(&mut conn, "bot_unauthorized", Some(message.bot.as_str())).await?;
                    outbox::release(&mut conn, id, lease, Duration::from_secs(300), "unauthorized", false, true).await
                }
                (refusal, _) => {
                    db::alerts::insert(&mut conn, "message_refused", Some(refusal.code())).await?;
                    outbox::finish_unsent(&mut conn, id, lease, false, refusal.code()).await.map(drop)
                }
            },
        }
    }
}

/// A call of a method, in its span and counted.
async fn measured(bot: BotId, method: &str, call: impl Future<Output = Result<Sent, Failure>>) -> Result<Sent, Failure> {
    let (span, began) = (span::telegram(method), Instant::now());
    let called = call.instrument(span.clone()).await;
    let outcome = match &called {
        Ok(_) => "ok",
        Err(Failure::NotSent) => "not_sent",
        Err(Failure::SlowDown { .. }) => "slow_down",
        Err(Failure::Unknown) => "unknown",
        Err(Failure::Refused(_)) => "refused",
    };
    if called.is_err() {
        span::failed(&span, outcome);
    }
    metrics::called(bot, method, outcome, began.elapsed());
    called
}

enum Outcome {
    /// Telegram was called.
    Called(Result<Sent, Failure>),
    /// It can never be sent, for this reason.
    Impossible(&'static str),
}

fn pause(attempt: i32) -> Duration {
    queue::backoff(attempt, Duration::from_secs(1), Duration::from_secs(60), rand::random())
}

fn without(params: &Value, name: &str) -> Value {
    let mut params = params.clone();
    if let Value::Object(fields) = &mut params {
        fields.remove(name);
    }
    params
}

fn as_new_message(params: Value) -> Value {
    without(&params, "message_id")
}

/// The same text without markup: entities of ours are resolved, tags are dropped.
fn plain_text(params: Value) -> Value {
    let mut params = without(&params, "parse_mode");
    if let Some(text) = params.get("text").and_then(Value::as_str) {
        params["text"] = Value::from(strip_tags(text));
    }
    params
}

fn strip_tags(markup: &str) -> String {
    let mut out = String::with_capacity(markup.len());
    let mut in_tag = false;
    for c in markup.chars() {
        match c {
            '<' => in_tag = true,
            '>' if in_tag => in_tag = false,
            _ if in_tag => {}
            _ => out.push(c),
        }
    }
    out.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_keeps_what_a_person_reads() {
        let params = serde_json::json!({ "chat_id": 1, "text": "<b>a &lt; b</b>", "parse_mode": "HTML" });
        assert_eq!(plain_text(params), serde_json::json!({ "chat_id": 1, "text": "a < b" }));
    }
}
