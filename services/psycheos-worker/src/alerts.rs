//! Alerts for whoever operates the platform, passed on as messages of Pro.
use std::time::Duration;

use db::{KeyOwner, alerts, chat};
use domain::{BotId, ChatId, OutboxId};
use idempotency_key::{About, Actor, Cause};
use tokio_util::sync::CancellationToken;
use turn::{Shell, operator_message};
use uuid::Uuid;
use vault::Place;

/// Passes alerts on every few seconds until told to stop. Without an address they are logged and stay in their table.
pub async fn pass_on(shell: Shell, admin_chat: Option<ChatId>, stop: CancellationToken) {
    let Some(chat) = admin_chat else {
        tracing::warn!("ADMIN_CHAT_ID is not set: alerts stay in their table");
        return;
    };
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(Duration::from_secs(5)) => {}
        }
        match pass_on_once(&shell, chat).await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "alerts passed on"),
            Err(error) => tracing::warn!(code = error.code(), reason = %error, "alerts could not be passed on"),
        }
    }
}

async fn pass_on_once(shell: &Shell, chat: ChatId) -> Result<usize, db::DbError> {
    let mut tx = shell.pool.begin().await?;
    let taken = alerts::take(&mut tx, 20).await?;
    let dek = if taken.is_empty() { None } else { Some(shell.keys.of(&mut tx, KeyOwner::Platform).await?) };
    let mut messages = Vec::new();
    for alert in &taken {
        let Some(dek) = &dek else { break };
        let id = OutboxId(Uuid::now_v7());
        let row = id.to_string();
        let text = format!("⚠️ {}: {}", alert.code, alert.detail.as_deref().unwrap_or("-"));
        let place = Place { column: "outbox_messages.payload", row: &row, case: None };
        let about = About { service: None, run: None, case: None, actor: Actor::None };
        let key = idempotency_key::outbox(about, &Cause::Named(format!("alert{}", alert.alert_id)), 0)
            .map_err(|error| db::DbError::Wrong(error.to_string()))?;
        messages.push(chat::NewMessage {
            id,
            bot: BotId::Pro,
            chat: Some(chat),
            case: None,
            run: None,
            lane: 0,
            kind: "notice",
            method: "sendMessage",
            payload: dek.seal(&place, operator_message(chat, &text).to_string().as_bytes()),
            file: None,
            depends_on: None,
            target: None,
            key: key.into_string(),
        });
    }
    chat::put_messages(&mut tx, messages, None, None).await?;
    tx.commit().await?;
    if !taken.is_empty() {
        shell.waker.wake(db::wake::Channel::Outbox);
    }
    Ok(taken.len())
}
