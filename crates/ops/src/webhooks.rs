//! Webhooks and commands, registered with Telegram. Running it again changes nothing.
#![allow(clippy::print_stdout, reason = "a command line tool answers on standard output")]
use anyhow::{Context as _, bail};
use bot_pro::commands;
use domain::{BotId, Locale};
use secrecy::ExposeSecret as _;
use serde_json::json;
use service::Env;
use telegram::{Telegram, Token};

use crate::bots;

/// What we act on; Telegram sends nothing else.
pub(crate) const ALLOWED: [&str; 5] = ["message", "edited_message", "callback_query", "pre_checkout_query", "my_chat_member"];

/// Registers the webhooks of all bots, and Pro's commands.
pub(crate) async fn set(mut env: Env) -> anyhow::Result<()> {
    let base = env.required("WEBHOOK_BASE_URL");
    let api = env.optional("TELEGRAM_API_URL").unwrap_or_else(|| "https://api.telegram.org".into());
    let mut settings = Vec::new();
    for (bot, name) in bots() {
        let token = env.secret(&format!("TG_TOKEN_{name}"));
        let secret = env.secret(&format!("TG_WEBHOOK_SECRET_{name}"));
        settings.push((bot, token, secret));
    }
    env.finish()?;
    for (bot, token, secret) in settings {
        let token = Token::parse(token.expose_secret()).map_err(anyhow::Error::msg).with_context(|| format!("token of {bot}"))?;
        let telegram = Telegram::new(&api, token).map_err(anyhow::Error::msg)?;
        // During a rotation the first secret is the current one.
        let current = secret.expose_secret().split(',').next().unwrap_or_default().to_owned();
        let params = json!({
            "url": format!("{}/webhook/{bot}", base.trim_end_matches('/')),
            "secret_token": current,
            "max_connections": 40,
            "allowed_updates": ALLOWED,
        });
        if let Err(failure) = telegram.call("setWebhook", &params).await {
            bail!("setWebhook of {bot}: {failure}");
        }
        if bot == BotId::Pro {
            for (locale, code) in [(Locale::En, None), (Locale::Ru, Some("ru"))] {
                let list: Vec<_> = commands(locale, false)
                    .iter()
                    .map(|(name, about)| json!({ "command": name, "description": about }))
                    .collect();
                let mut params = json!({ "commands": list, "scope": { "type": "all_private_chats" } });
                if let Some(code) = code {
                    params["language_code"] = json!(code);
                }
                if let Err(failure) = telegram.call("setMyCommands", &params).await {
                    bail!("setMyCommands of {bot}: {failure}");
                }
            }
        }
        println!("{bot}: webhook set");
    }
    Ok(())
}
