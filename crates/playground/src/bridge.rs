//! Real bots on a laptop: updates come by long polling and go to the local API as webhooks would bring them.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use reqwest::Client;
use serde_json::{Value, json};
use test_kit::BotIdentity;

/// What our webhooks ask for.
const UPDATES: [&str; 5] = ["message", "edited_message", "callback_query", "pre_checkout_query", "my_chat_member"];

/// Seconds one `getUpdates` waits.
const POLL_SECS: u64 = 50;

/// A bot and the way between it and the local API.
pub(crate) struct Bridge {
    pub http: Client,
    /// `https://api.telegram.org`.
    pub telegram_url: String,
    /// `http://127.0.0.1:…` of the API service.
    pub api_url: String,
    pub bot: BotIdentity,
}

impl Bridge {
    /// Calls a method of the Bot API and gives its result.
    ///
    /// # Errors
    /// Telegram is not reached, or refuses; the error has no token in it.
    pub async fn call(&self, method: &str, parameters: Value) -> Result<Value> {
        let url = format!("{}/bot{}/{method}", self.telegram_url, self.bot.token);
        let answer = self.http.post(url).json(&parameters).send().await.map_err(reqwest::Error::without_url);
        let mut body: Value =
            answer.with_context(|| format!("{method} of {}", self.bot.bot))?.json().await.map_err(reqwest::Error::without_url)?;
        if body["ok"] != json!(true) {
            bail!("{method} of {}: {}", self.bot.bot, body["description"].as_str().unwrap_or("refused"));
        }
        Ok(body["result"].take())
    }

    /// Carries updates until it is dropped. The offset moves past an update only after the API has accepted it, so one that
    /// was not stored comes again, and the order is kept.
    pub async fn run(self) {
        let mut offset = 0;
        if let Err(error) = self.call("deleteWebhook", json!({})).await {
            eprintln!("bridge: {error:#}");
        }
        loop {
            let asked = json!({ "offset": offset, "timeout": POLL_SECS, "allowed_updates": UPDATES });
            match self.call("getUpdates", asked).await {
                Ok(updates) => {
                    for update in updates.as_array().into_iter().flatten() {
                        self.deliver(update).await;
                        offset = next_offset(update, offset);
                    }
                }
                Err(error) => {
                    eprintln!("bridge: {error:#}");
                    tokio::time::sleep(Duration::from_secs(3)).await;
                }
            }
        }
    }

    /// Posts one update to the local webhook until it is accepted.
    async fn deliver(&self, update: &Value) {
        let url = format!("{}/webhook/{}", self.api_url, self.bot.bot);
        let mut pause = 1;
        loop {
            let request = self.http.post(&url).header("X-Telegram-Bot-Api-Secret-Token", &self.bot.secret).json(update);
            match request.send().await {
                Ok(answer) if answer.status().is_success() => {
                    self.run_method_of(answer).await;
                    return;
                }
                Ok(answer) => eprintln!("bridge: the API answered {} for {}", answer.status(), self.bot.bot),
                Err(error) => eprintln!("bridge: the API is away: {}", error.without_url()),
            }
            tokio::time::sleep(Duration::from_secs(pause)).await;
            pause = (pause * 2).min(30);
        }
    }

    /// A webhook's answer may carry one method call, as `answerCallbackQuery`; Telegram runs it, so the bridge does.
    async fn run_method_of(&self, answer: reqwest::Response) {
        let Ok(Value::Object(mut call)) = answer.json::<Value>().await else { return };
        let Some(Value::String(method)) = call.remove("method") else { return };
        if let Err(error) = self.call(&method, Value::Object(call)).await {
            eprintln!("bridge: {error:#}");
        }
    }
}

/// The offset that confirms `update`: one more than its id.
fn next_offset(update: &Value, offset: i64) -> i64 {
    update["update_id"].as_i64().map_or(offset, |id| offset.max(id + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_offset_never_moves_back() {
        assert_eq!(next_offset(&json!({ "update_id": 7 }), 0), 8);
        assert_eq!(next_offset(&json!({ "update_id": 7 }), 20), 20);
        assert_eq!(next_offset(&json!({}), 3), 3);
    }
}
