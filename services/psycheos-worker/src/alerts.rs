//! Alerts for whoever operates the platform, passed on as messages of Pro.
use std::time::Duration;

use db::{KeyOwner, alerts, chat};
use domain::{BotId, ChatId};
use idempotency_key::{About, Actor, Cause};
use tokio_util::sync::CancellationToken;
use turn::{Letter, Shell, operator_message};

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
    let mut messages = Vec::with_capacity(taken.len());
    for alert in &taken {
        let text = format!("⚠️ {}: {}", alert.code, alert.detail.as_deref().unwrap_or("-"));
        let letter = Letter {
            bot: BotId::Pro,
            chat,
            owner: KeyOwner::Platform,
            lane: 0,
            kind: "notice",
            method: "sendMessage",
            params: operator_message(chat, &text),
            file: None,
            about: About { service: None, run: None, case: None, actor: Actor::None },
            cause: Cause::Named(format!("alert{}", alert.alert_id)),
            number: 0,
        };
        messages.push(letter.seal(&mut tx, &shell.keys).await?);
    }
    chat::put_messages(&mut tx, messages, None).await?;
    tx.commit().await?;
    if !taken.is_empty() {
        shell.waker.wake(db::wake::Channel::Outbox);
    }
    Ok(taken.len())
}
