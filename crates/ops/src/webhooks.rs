//! Webhooks and commands, registered with Telegram and looked at. Running it again changes nothing.
#![allow(clippy::print_stdout, reason = "a command line tool answers on standard output")]
use anyhow::{Context as _, bail};
use chrono::{DateTime, Utc};
use clap::Subcommand;
use domain::{BotId, Locale};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use service::Env;
use telegram::{Telegram, Token};

use crate::bots;

/// What we act on; Telegram sends nothing else.
pub(crate) const ALLOWED: [&str; 5] = ["message", "edited_message", "callback_query", "pre_checkout_query", "my_chat_member"];

/// How Telegram's webhooks are looked after.
#[derive(Subcommand)]
pub(crate) enum Webhooks {
    /// Registers webhooks and commands of all bots.
    Set,
    /// Prints what Telegram says of each webhook; ends with 1 when one is not as this build sets it, or is failing.
    Status,
}

/// Carries it out.
pub(crate) async fn run(env: Env, what: Webhooks) -> anyhow::Result<()> {
    match what {
        Webhooks::Set => set(env).await,
        Webhooks::Status => status(env).await,
    }
}

struct Known {
    bot: BotId,
    telegram: Telegram,
}

/// The bots whose tokens are all right.
fn known(env: &mut Env) -> anyhow::Result<Vec<Known>> {
    let api = env.optional("TELEGRAM_API_URL").unwrap_or_else(|| "https://api.telegram.org".into());
    let tokens: Vec<_> = bots().map(|(bot, name)| (bot, env.secret(&format!("TG_TOKEN_{name}")))).collect();
    tokens
        .into_iter()
        .filter(|(_, token)| !token.expose_secret().is_empty())
        .map(|(bot, token)| {
            let token =
                Token::parse(token.expose_secret()).map_err(anyhow::Error::msg).with_context(|| format!("token of {bot}"))?;
            Ok(Known { bot, telegram: Telegram::new(&api, token).map_err(anyhow::Error::msg)? })
        })
        .collect()
}

/// Where a bot's updates are to go.
pub(crate) fn address(base: &str, bot: BotId) -> String {
    format!("{}/webhook/{bot}", base.trim_end_matches('/'))
}

/// Registers the webhooks of all bots, and their commands. Nothing that waits is dropped, ever.
pub(crate) async fn set(mut env: Env) -> anyhow::Result<()> {
    let base = env.required("WEBHOOK_BASE_URL");
    let secrets: Vec<SecretString> = bots().map(|(_, name)| env.secret(&format!("TG_WEBHOOK_SECRET_{name}"))).collect();
    let admins: Vec<i64> = env.list("ADMIN_IDS");
    let known = known(&mut env)?;
    env.finish()?;
    for (Known { bot, telegram }, secret) in known.iter().zip(secrets) {
        // During a rotation the first secret is the current one; the api takes the second as well until it is taken out.
        let current = secret.expose_secret().split(',').next().unwrap_or_default().trim().to_owned();
        let params = json!({
            "url": address(&base, *bot),
            "secret_token": current,
            "max_connections": 40,
            "allowed_updates": ALLOWED,
        });
        if let Err(failure) = telegram.call("setWebhook", &params).await {
            bail!("setWebhook of {bot}: {failure}");
        }
        let info = telegram.call("getWebhookInfo", &json!({})).await.map_err(|failure| anyhow::anyhow!("{bot}: {failure}"))?;
        if let Some(wrong) = wrong_with(&info.result, &address(&base, *bot)) {
            bail!("{bot}: Telegram took the webhook and says otherwise: {wrong}");
        }
        register_commands(*bot, telegram, &admins).await?;
        println!("{bot}: webhook set");
    }
    Ok(())
}

/// Commands in the menus of Telegram: for everybody, and one more for administrators in their own chats.
async fn register_commands(bot: BotId, telegram: &Telegram, admins: &[i64]) -> anyhow::Result<()> {
    for (locale, code) in [(Locale::En, None), (Locale::Ru, Some("ru"))] {
        register(bot, telegram, &commands_of(bot, locale), json!({ "type": "all_private_chats" }), code).await?;
        if bot != BotId::Pro {
            continue;
        }
        for admin in admins {
            let scope = json!({ "type": "chat", "chat_id": admin });
            if let Err(error) = register(bot, telegram, &bot_pro::commands(locale, true), scope, code).await {
                // Telegram knows a chat only once its person has started the bot.
                println!("{bot}: the menu of administrator {admin} waits until they start the bot ({error})");
            }
        }
    }
    Ok(())
}

fn commands_of(bot: BotId, locale: Locale) -> Vec<(&'static str, &'static str)> {
    match bot {
        BotId::Pro => bot_pro::commands(locale, false),
        BotId::Screen => bot_screen::texts::commands(locale).to_vec(),
        BotId::Interpretator | BotId::Conceptualizator | BotId::Simulator => bot_gate::texts::commands(locale).to_vec(),
    }
}

async fn register(
    bot: BotId,
    telegram: &Telegram,
    commands: &[(&str, &str)],
    scope: Value,
    code: Option<&str>,
) -> anyhow::Result<()> {
    let list: Vec<_> = commands.iter().map(|(name, about)| json!({ "command": name, "description": about })).collect();
    let mut params = json!({ "commands": list, "scope": scope });
    if let Some(code) = code {
        params["language_code"] = json!(code);
    }
    match telegram.call("setMyCommands", &params).await {
        Ok(_) => Ok(()),
        Err(failure) => bail!("setMyCommands of {bot}: {failure}"),
    }
}

/// Prints what Telegram says.
async fn status(mut env: Env) -> anyhow::Result<()> {
    let base = env.required("WEBHOOK_BASE_URL");
    let known = known(&mut env)?;
    env.finish()?;
    let mut bad = 0;
    for Known { bot, telegram } in known {
        let line = match telegram.call("getWebhookInfo", &json!({})).await {
            Err(failure) => Err(failure.to_string()),
            Ok(sent) => {
                let waiting = sent.result["pending_update_count"].as_i64().unwrap_or_default();
                match (wrong_with(&sent.result, &address(&base, bot)), last_error(&sent.result)) {
                    (Some(wrong), _) => Err(format!("{wrong}: psycheos-ops webhooks set")),
                    (None, Some(error)) if waiting > 0 => Err(format!("{waiting} waiting; {error}")),
                    (None, Some(error)) => Ok(format!("set, nothing waiting; {error}")),
                    (None, None) => Ok(format!("set, {waiting} waiting")),
                }
            }
        };
        match line {
            Ok(said) => println!("ok    {bot}: {said}"),
            Err(said) => {
                bad += 1;
                println!("BAD   {bot}: {said}");
            }
        }
    }
    if bad == 0 { Ok(()) } else { bail!("{bad} to be put right") }
}

/// What is not as this build sets it.
pub(crate) fn wrong_with(info: &Value, url: &str) -> Option<&'static str> {
    let mut told: Vec<&str> = info["allowed_updates"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    told.sort_unstable();
    let mut wanted = ALLOWED;
    wanted.sort_unstable();
    if info["url"].as_str() != Some(url) {
        return Some("is not set to this deployment");
    }
    (told != wanted).then_some("asks for other updates than this build reads")
}

/// Telegram's last failure to deliver, with when it was.
pub(crate) fn last_error(info: &Value) -> Option<String> {
    let message = info["last_error_message"].as_str()?;
    let when = info["last_error_date"].as_i64().and_then(|secs| DateTime::<Utc>::from_timestamp(secs, 0));
    let when = when.map_or_else(|| "at an unknown time".to_owned(), |when| when.format("%Y-%m-%d %H:%M:%S UTC").to_string());
    Some(format!("the last error, {when}: {message}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_webhook_that_differs_is_named() {
        let url = address("https://psycheos.example/", BotId::Pro);
        assert_eq!(url, "https://psycheos.example/webhook/pro");
        let good = json!({ "url": url, "allowed_updates": ["callback_query", "message", "edited_message", "my_chat_member", "pre_checkout_query"] });
        assert_eq!(wrong_with(&good, &url), None);
        assert!(wrong_with(&json!({ "url": "", "allowed_updates": ALLOWED }), &url).is_some());
        assert!(wrong_with(&json!({ "url": url, "allowed_updates": ["message"] }), &url).is_some());
        assert!(wrong_with(&json!({ "url": url }), &url).is_some());
    }

    #[test]
    fn every_command_is_one_telegram_takes_and_a_bot_knows() {
        for bot in BotId::ALL {
            for (name, about) in commands_of(*bot, Locale::Ru).into_iter().chain(commands_of(*bot, Locale::En)) {
                assert!(name.len() <= 32 && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{bot} {name}");
                assert!((3..=256).contains(&about.chars().count()), "{bot} {about}");
                assert_ne!(bot_kit::Command::parse(&format!("/{name}")), Some(bot_kit::Command::Unknown), "{bot} {name}");
            }
        }
    }
}
