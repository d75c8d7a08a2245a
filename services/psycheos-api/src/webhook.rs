//! `POST /webhook/{bot}`: secret, size, one turn, answer.
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{RETRY_AFTER, USER_AGENT},
    web,
};
use domain::{BotId, ChatId, UpdateId};
use telemetry::span;
use tracing::Instrument as _;
use turn::{Incoming, Reply, Shell, TurnError, Unreadable};

use crate::secret::WebhookSecret;

/// Telegram's own limit for an update is 512 KiB.
const LARGEST_BODY: usize = 1024 * 1024;
/// A failure of ours makes an update a dead letter at this count.
const FAILURES: i32 = 5;

/// What the handlers share.
#[derive(Clone)]
pub struct Hooks {
    /// The shell around the bots.
    pub shell: Shell,
    /// Secrets by bot.
    pub secrets: Vec<(BotId, WebhookSecret)>,
    /// Whether the database is there and as this build needs it: a build that runs before its migrations would fail each update and, in the end,
    /// put it aside.
    pub ready: Arc<AtomicBool>,
    /// The runtime the turns run on: a turn is a task of its own, so that a client that hangs up does not cut it short.
    pub runtime: tokio::runtime::Handle,
}

/// Handles one delivery.
pub async fn receive(
    request: HttpRequest,
    bot: web::Path<String>,
    hooks: web::Data<Hooks>,
    payload: web::Payload,
) -> HttpResponse {
    let Ok(bot) = bot.parse::<BotId>() else { return HttpResponse::NotFound().finish() };
    let given = request.headers().get("x-telegram-bot-api-secret-token").map(|value| value.as_bytes()).unwrap_or_default();
    let known = hooks.secrets.iter().find(|(id, _)| *id == bot).is_some_and(|(_, secret)| secret.accepts(given));
    if !known {
        tracing::warn!(bot = bot.as_str(), agent = ?request.headers().get(USER_AGENT).is_some(), "webhook without its secret");
        return HttpResponse::Forbidden().finish();
    }
    if !hooks.ready.load(Ordering::Relaxed) {
        return later();
    }
    let Ok(Ok(body)) = payload.to_bytes_limited(LARGEST_BODY).await else {
        // Larger than anything Telegram sends; it would only be sent again.
        return HttpResponse::PayloadTooLarge().finish();
    };
    let shell = hooks.shell.clone();
    let span = span::webhook(bot);
    let handled = hooks.runtime.spawn(async move { handle(&shell, bot, &body).await }.instrument(span.clone())).await;
    let answer = match handled.unwrap_or(Verdict::Later) {
        Verdict::Done => HttpResponse::Ok().finish(),
        Verdict::Method(method) => HttpResponse::Ok().json(method),
        Verdict::Later => later(),
    };
    span::answered(&span, answer.status().as_u16());
    answer
}

/// Our fault: Telegram is to deliver it again soon.
fn later() -> HttpResponse {
    HttpResponse::ServiceUnavailable().insert_header((RETRY_AFTER, "2")).finish()
}

/// How an update is answered.
pub(crate) enum Verdict {
    /// It is done with, whatever came of it.
    Done,
    /// It is done with, and Telegram carries this method out.
    Method(serde_json::Value),
    /// It is to be delivered again.
    Later,
}

/// Handles an update, however it came.
pub(crate) async fn handle(shell: &Shell, bot: BotId, body: &[u8]) -> Verdict {
    match turn::read(body) {
        Ok(incoming) => handle_incoming(shell, bot, incoming, body).await,
        Err(Unreadable::Unknown(update)) => put_aside(shell, bot, (update, None), body, "unreadable", 1).await,
        Err(Unreadable::NoNumber) => {
            // There is no number to keep it under, and it would come again for ever.
            tracing::error!(bot = bot.as_str(), "an update without a number was dropped");
            Verdict::Done
        }
    }
}

async fn handle_incoming(shell: &Shell, bot: BotId, incoming: Incoming, body: &[u8]) -> Verdict {
    let (update, chat) = (incoming.update, incoming.chat);
    let turning = shell.clone();
    // A panic in a flow must cost this update only.
    let outcome = tokio::spawn(async move { turning.handle(bot, &incoming).await }.in_current_span()).await;
    match outcome {
        Ok(Ok(Reply::Done | Reply::Duplicate)) => Verdict::Done,
        Ok(Ok(Reply::Method(method))) => Verdict::Method(method),
        Ok(Err(error @ TurnError::Away(_))) => {
            tracing::warn!(bot = bot.as_str(), code = error.code(), reason = %error, "update put off");
            Verdict::Later
        }
        Ok(Err(error @ TurnError::Ours(_))) => {
            tracing::error!(bot = bot.as_str(), update = update.0, code = error.code(), reason = %error, "update failed");
            put_aside(shell, bot, (update, chat), body, error.code(), FAILURES).await
        }
        Err(_) => {
            tracing::error!(bot = bot.as_str(), update = update.0, code = "panic", "update failed");
            put_aside(shell, bot, (update, chat), body, "panic", FAILURES).await
        }
    }
}

/// Counts a failure; the last one allowed makes the update a dead letter, which is acknowledged and blocks nobody.
async fn put_aside(
    shell: &Shell,
    bot: BotId,
    (update, chat): (UpdateId, Option<ChatId>),
    body: &[u8],
    reason: &str,
    limit: i32,
) -> Verdict {
    let counted = async {
        let mut tx = shell.pool.begin().await?;
        let sealed = shell.seal_raw(&mut tx, bot, update, body).await?;
        let dead = db::chat::count_failure(&mut tx, bot, update, chat, sealed, reason, limit).await?;
        tx.commit().await?;
        Ok::<_, db::DbError>(dead)
    };
    match counted.await {
        Ok(true) => Verdict::Done,
        Ok(false) => Verdict::Later,
        Err(error) => {
            tracing::error!(bot = bot.as_str(), code = error.code(), reason = %error, "a failure could not be counted");
            Verdict::Later
        }
    }
}
