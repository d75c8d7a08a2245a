//! What Telegram says of our webhooks, asked once a minute: the best outside view of a webhook that does not work. However many senders
//! there are, one asks.
use std::{collections::HashMap, sync::Arc, time::Duration};

use db::{
    DbError, Pool,
    webhooks::{self, WebhookInfo},
};
use domain::BotId;
use serde_json::{Value, json};
use telegram::Telegram;
use tokio_util::sync::CancellationToken;

/// How often a sender looks whether it is somebody's turn.
const LOOK: Duration = Duration::from_secs(15);

/// Asks about each bot once a minute until told to stop. `base`: where our webhooks are, when it is known.
pub async fn look_now_and_then(pool: Pool, bots: Arc<HashMap<BotId, Telegram>>, base: Option<String>, stop: CancellationToken) {
    loop {
        if let Err(error) = look(&pool, &bots, base.as_deref()).await {
            tracing::warn!(code = error.code(), reason = %error, "the state of webhooks could not be kept");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// No connection is held while Telegram is asked.
async fn look(pool: &Pool, bots: &HashMap<BotId, Telegram>, base: Option<&str>) -> Result<(), DbError> {
    let ids: Vec<BotId> = bots.keys().copied().collect();
    let due = webhooks::claim_due(&mut *pool.get().await?, &ids).await?;
    for bot in due {
        let Some(telegram) = bots.get(&bot) else { continue };
        let info = match telegram.call("getWebhookInfo", &json!({})).await {
            Ok(sent) => Some(read(&sent.result, bot, base)),
            Err(failure) => {
                tracing::warn!(bot = bot.as_str(), failure = %failure, "Telegram did not tell of a webhook");
                None
            }
        };
        webhooks::keep(&mut *pool.get().await?, bot, info.as_ref()).await?;
    }
    Ok(())
}

fn read(info: &Value, bot: BotId, base: Option<&str>) -> WebhookInfo {
    let url = info["url"].as_str().unwrap_or_default();
    let path = format!("/webhook/{bot}");
    let url_matches = match base {
        Some(base) => url == format!("{}{path}", base.trim_end_matches('/')),
        None => url.ends_with(&path),
    };
    let pending = info["pending_update_count"].as_i64().and_then(|count| i32::try_from(count).ok()).unwrap_or(i32::MAX);
    let last_error_secs = info["last_error_date"].as_i64();
    let last_error = last_error_secs.and(info["last_error_message"].as_str()).map(word);
    WebhookInfo { url_matches, pending, last_error, last_error_secs: last_error_secs.filter(|_| last_error.is_some()) }
}

/// Our word for an error of Telegram's: its own text may hold addresses, and is not kept.
fn word(message: &str) -> &'static str {
    const WORDS: [(&str, &str); 10] = [
        ("read timeout", "timeout"),
        ("connection timed out", "timeout"),
        ("connection refused", "refused"),
        ("connection closed", "closed"),
        ("connection reset", "closed"),
        ("ssl", "tls"),
        ("certificate", "tls"),
        ("resolve host", "dns"),
        ("wrong response from the webhook: 5", "answer_5xx"),
        ("wrong response from the webhook: 4", "answer_4xx"),
    ];
    let message = message.to_lowercase();
    WORDS.iter().find(|(part, _)| message.contains(part)).map_or("other", |(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_telegram_tells_is_read_and_its_own_words_are_not_kept() {
        let info = json!({ "url": "https://psy.example/webhook/pro", "pending_update_count": 3, "last_error_date": 1_700_000_000,
            "last_error_message": "Wrong response from the webhook: 503 Service Unavailable" });
        let read_with = |base| read(&info, BotId::Pro, base);
        let found = read_with(Some("https://psy.example/"));
        assert_eq!((found.url_matches, found.pending, found.last_error), (true, 3, Some("answer_5xx")));
        assert_eq!(found.last_error_secs, Some(1_700_000_000));
        assert!(!read_with(Some("https://other.example")).url_matches && read_with(None).url_matches);
        assert!(!read(&info, BotId::Screen, None).url_matches);
        let silent = read(&json!({ "url": "", "pending_update_count": 0 }), BotId::Pro, None);
        assert_eq!(silent, WebhookInfo { url_matches: false, pending: 0, last_error: None, last_error_secs: None });
    }

    #[test]
    fn every_error_has_a_word() {
        for (message, expected) in [
            ("Read timeout expired", "timeout"),
            ("Webhook connection closed", "closed"),
            ("SSL error {error:0A000086:SSL routines::certificate verify failed}", "tls"),
            ("Failed to resolve host: Name or service not known", "dns"),
            ("Wrong response from the webhook: 403 Forbidden", "answer_4xx"),
            ("Something new at 10.0.0.7", "other"),
        ] {
            assert_eq!(word(message), expected, "{message}");
        }
    }
}
