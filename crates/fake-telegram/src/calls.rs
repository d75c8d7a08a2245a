//! One call of a method over HTTP: faults, flood control, the method itself, the log.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};

use crate::engine::Engine;
use crate::error::ApiError;
use crate::faults::FaultKind;
use crate::journal::{LogEntry, LogKind};
use crate::limits::Verdict;
use crate::methods::{self, Done};
use crate::params::Params;

/// How an answer goes out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum How {
    Plain,
    /// In pieces of 16 bytes, so many milliseconds before each.
    Slow(u64),
    /// Cut in the middle, then the connection closes.
    Broken,
    /// Not at all: the connection closes after so many milliseconds.
    Never(u64),
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub status: u16,
    pub content_type: &'static str,
    pub body: Bytes,
    pub retry_after: Option<u64>,
    pub how: How,
}

impl Reply {
    pub fn error(error: &ApiError) -> Self {
        Self {
            status: error.code,
            content_type: "application/json",
            body: error.body().to_string().into(),
            retry_after: error.retry_after,
            how: How::Plain,
        }
    }

    pub fn done(done: &Done) -> Self {
        let mut body = json!({ "ok": true, "result": done.result });
        crate::model::set(&mut body, "description", done.description);
        Self { status: 200, content_type: "application/json", body: body.to_string().into(), retry_after: None, how: How::Plain }
    }

    fn html_502() -> Self {
        Self { status: 502, content_type: "text/html", body: BAD_GATEWAY.into(), retry_after: None, how: How::Plain }
    }
}

const BAD_GATEWAY: &str = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n\
     <center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx/1.18.0</center>\r\n\
     </body>\r\n</html>\r\n";

/// What a fault does instead of the call; `Err` where the call goes on.
pub(crate) fn instead(fault: Option<FaultKind>) -> Result<(Reply, &'static str), Option<FaultKind>> {
    let reply = |error: ApiError| Reply::error(&error);
    Ok(match fault {
        Some(FaultKind::TooManyRequests { retry_after }) => (reply(ApiError::too_many(retry_after)), "fault: too_many_requests"),
        Some(FaultKind::ServerError) => (reply(ApiError::server("sent by a fault")), "fault: server_error"),
        Some(FaultKind::BadGatewayHtml) => (Reply::html_502(), "fault: bad_gateway_html"),
        Some(FaultKind::ResetBeforeApply) => {
            let nothing = Reply { how: How::Never(0), ..Reply::html_502() };
            (nothing, "fault: reset_before_apply")
        }
        Some(FaultKind::Blocked) => (reply(ApiError::blocked()), "fault: blocked"),
        Some(FaultKind::ParseError) => {
            let what = "can't parse entities: Can't find end of the entity starting at byte offset 0";
            (reply(ApiError::bad_request(what)), "fault: parse_error")
        }
        Some(FaultKind::Refusal { code, description }) => (reply(ApiError::custom(code, &description)), "fault: refusal"),
        other => return Err(other),
    })
}

/// How a fault spoils the answer of a call that went through.
pub(crate) fn spoil(fault: Option<&FaultKind>) -> (How, &'static str) {
    match fault {
        Some(FaultKind::TimeoutAfterApply { hold_ms }) => (How::Never(*hold_ms), "fault: timeout_after_apply"),
        Some(FaultKind::ResetAfterApply) => (How::Never(0), "fault: reset_after_apply"),
        Some(FaultKind::SlowBody { piece_ms }) => (How::Slow(*piece_ms), "fault: slow_body"),
        Some(FaultKind::BrokenBody) => (How::Broken, "fault: broken_body"),
        _ => (How::Plain, "ok"),
    }
}

impl Engine {
    /// Runs one call from fault to log.
    pub async fn call(self: &Arc<Self>, bot: usize, method: &str, params: Params) -> Reply {
        let started_ms = self.clock.now().unix_ms;
        let chat = params.int("chat_id");
        let (name, fault) = self.with(|state| {
            let name = state.bots.get(bot).map(|b| b.name.clone()).unwrap_or_default();
            let fault = state.faults.take(&name, method, chat);
            (name, fault)
        });
        let mut entry = LogEntry::new(LogKind::Call, &name, method, started_ms);
        entry.about(&params, None);
        let fault = match instead(fault) {
            Ok((reply, outcome)) => {
                entry.outcome = outcome.to_owned();
                entry.status = (reply.how == How::Plain).then_some(reply.status);
                self.record(entry);
                return reply;
            }
            Err(fault) => fault,
        };
        if let Some(FaultKind::Delay { ms }) = fault {
            tokio::time::sleep(Duration::from_millis(ms)).await;
        }
        if let Some(error) = self.hold(bot, method, chat).await {
            entry.outcome = error.description.clone();
            entry.status = Some(error.code);
            self.record(entry);
            return Reply::error(&error);
        }
        if method.eq_ignore_ascii_case("getUpdates") {
            let result = self.get_updates(bot, &params).await;
            entry.outcome = result.as_ref().map_or_else(|e| e.description.clone(), |_| "ok".to_owned());
            entry.status = Some(result.as_ref().map_or_else(|e| e.code, |_| 200));
            self.record(entry);
            return match result {
                Ok(result) => Reply::done(&Done { result, description: None }),
                Err(error) => Reply::error(&error),
            };
        }
        let (how, outcome) = spoil(fault.as_ref());
        let reply = self.with(|state| {
            let result = state.apply(bot, method, &params);
            entry.about(&params, result.as_ref().ok().map(|done| &done.result));
            entry.applied = result.is_ok();
            let mut reply = match &result {
                Ok(done) => Reply::done(done),
                Err(error) => Reply::error(error),
            };
            reply.how = how;
            entry.outcome = match result {
                Err(error) if how == How::Plain => error.description,
                _ => outcome.to_owned(),
            };
            entry.status = (!matches!(how, How::Never(_))).then_some(reply.status);
            state.journal.log(state.now, entry.clone());
            reply
        });
        self.trace(&entry);
        reply
    }

    pub(crate) fn record(self: &Arc<Self>, entry: LogEntry) {
        self.trace(&entry);
        self.with(|state| state.journal.log(state.now, entry));
    }

    fn trace(&self, entry: &LogEntry) {
        if self.config.log_requests {
            tracing::info!(
                bot = %entry.bot, method = %entry.method, chat = entry.chat,
                message_id = entry.message_id, status = entry.status,
                outcome = %entry.outcome, "call"
            );
        }
    }

    /// Waits for flood control, or gives its refusal.
    async fn hold(self: &Arc<Self>, bot: usize, method: &str, chat: Option<i64>) -> Option<ApiError> {
        let chat = chat.filter(|_| methods::is_paced(method))?;
        let verdict = self.with(|state| {
            let now = state.now.secs;
            state.limits_on.then(|| state.limits.admit(bot, chat, now))
        })?;
        match verdict {
            Verdict::Hold(secs) if secs > 0.0 => {
                tokio::time::sleep(self.clock.real(secs)).await;
                None
            }
            Verdict::Hold(_) => None,
            Verdict::Refuse(secs) => Some(ApiError::too_many(self.clock.retry_after(secs))),
        }
    }

    /// `getUpdates`: waits up to 50 s for the first update; a newer call ends an older one.
    async fn get_updates(self: &Arc<Self>, bot: usize, params: &Params) -> Result<Value, ApiError> {
        let offset = params.int("offset").unwrap_or(0);
        let limit = params.int("limit").unwrap_or(100).clamp(1, 100);
        let limit = usize::try_from(limit).unwrap_or(100);
        let secs = params.int("timeout").unwrap_or(0).clamp(0, 50);
        let own = self.with(|state| {
            state.allow_updates(bot, params)?;
            let owner = state.bots.get_mut(bot).ok_or_else(ApiError::unauthorized)?;
            owner.polls += 1;
            Ok::<_, ApiError>(owner.polls)
        })?;
        let within = self.clock.real(secs as f64);
        let found = self.wait_for(within, |state| {
            let now = state.now.secs;
            let Some(owner) = state.bots.get_mut(bot) else {
                return Some(Err(ApiError::unauthorized()));
            };
            if owner.webhook.is_some() {
                return Some(Err(ApiError::conflict(WEBHOOK_IS_ACTIVE)));
            }
            if owner.polls != own {
                return Some(Err(ApiError::conflict(OTHER_REQUEST)));
            }
            let page = owner.updates.poll(offset, limit, now);
            (!page.is_empty()).then_some(Ok(page))
        });
        let page = found.await.unwrap_or_else(|| Ok(Vec::new()))?;
        Ok(Value::Array(page))
    }
}

const WEBHOOK_IS_ACTIVE: &str = "can't use getUpdates method while webhook is active; use \
     deleteWebhook to delete the webhook first";
const OTHER_REQUEST: &str = "terminated by other getUpdates request; make sure that only one bot \
     instance is running";
