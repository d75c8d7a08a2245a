//! Registration of webhooks.

use serde_json::Value;

use crate::delivery::Scheduler;
use crate::error::ApiError;
use crate::params::Params;
use crate::state::{State, Webhook};

/// All kinds of updates; unknown names in `allowed_updates` are ignored.
const KINDS: [&str; 23] = [
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
    "message_reaction",
    "message_reaction_count",
    "inline_query",
    "chosen_inline_result",
    "callback_query",
    "shipping_query",
    "pre_checkout_query",
    "purchased_paid_media",
    "poll",
    "poll_answer",
    "my_chat_member",
    "chat_member",
    "chat_join_request",
    "chat_boost",
    "removed_chat_boost",
];

impl State {
    /// `setWebhook`, as a server started with `--local` does it: http and any port pass.
    /// Gives the description that goes with `true`.
    pub(super) fn set_webhook(&mut self, bot: usize, params: &Params) -> Result<&'static str, ApiError> {
        let now = self.now.secs;
        let limits = self.limits_on;
        let Some(owner) = self.bots.get_mut(bot) else {
            return Err(ApiError::unauthorized());
        };
        if limits && now < owner.next_set_webhook {
            return Err(ApiError::too_many(1));
        }
        owner.next_set_webhook = now + 1.0;
        let url = params.text_or_empty("url");
        if url.is_empty() {
            return self.delete_webhook(bot, params);
        }
        let secret = params.text_or_empty("secret_token");
        check_secret(&secret)?;
        check_url(&url)?;
        let connections = params.int("max_connections").unwrap_or(40).clamp(1, 100);
        let max_connections = usize::try_from(connections).unwrap_or(40);
        let allowed = read_allowed(params)?;
        let unchanged = owner
            .webhook
            .as_ref()
            .is_some_and(|hook| hook.url == url && hook.secret == secret && hook.max_connections == max_connections);
        let drop_pending = params.flag("drop_pending_updates");
        let same_kinds = allowed.is_none() || allowed == owner.updates.allowed;
        if unchanged && same_kinds && !drop_pending && !params.files.contains_key("certificate") {
            return Ok("Webhook is already set");
        }
        if allowed.is_some() {
            owner.updates.allowed = allowed;
        }
        if drop_pending {
            owner.updates.clear();
        }
        owner.webhook = Some(Webhook {
            url,
            secret,
            max_connections,
            ip_address: params.text("ip_address"),
            has_certificate: params.files.contains_key("certificate"),
            scheduler: Scheduler::new(max_connections),
        });
        owner.generation += 1;
        owner.last_error = None;
        owner.gone_since = None;
        owner.updates.unload();
        let info = self.webhook_info(bot);
        self.event("webhook", bot, None, info);
        Ok("Webhook was set")
    }

    /// `deleteWebhook`; also what Telegram does after 23 hours of 410.
    pub(crate) fn delete_webhook(&mut self, bot: usize, params: &Params) -> Result<&'static str, ApiError> {
        let Some(owner) = self.bots.get_mut(bot) else {
            return Err(ApiError::unauthorized());
        };
        if params.flag("drop_pending_updates") {
            owner.updates.clear();
        }
        let Some(_) = owner.webhook.take() else {
            return Ok("Webhook is already deleted");
        };
        owner.generation += 1;
        let info = self.webhook_info(bot);
        self.event("webhook", bot, None, info);
        Ok("Webhook was deleted")
    }

    /// Remembers the kinds a call asks for; without the parameter the old ones stay.
    pub(crate) fn allow_updates(&mut self, bot: usize, params: &Params) -> Result<(), ApiError> {
        let allowed = read_allowed(params)?;
        if let (Some(_), Some(owner)) = (&allowed, self.bots.get_mut(bot)) {
            owner.updates.allowed = allowed;
        }
        Ok(())
    }
}

fn read_allowed(params: &Params) -> Result<Option<Vec<String>>, ApiError> {
    let Some(value) = params.json("allowed_updates")? else {
        return Ok(None);
    };
    let Value::Array(names) = value else {
        return Err(ApiError::bad_request("can't parse allowed updates JSON object"));
    };
    let names = names.iter().filter_map(Value::as_str);
    let known = names.filter(|name| KINDS.contains(name));
    Ok(Some(known.map(str::to_owned).collect()))
}

fn check_secret(secret: &str) -> Result<(), ApiError> {
    if secret.len() > 256 {
        return Err(ApiError::bad_request("secret token is too long"));
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !secret.chars().all(allowed) {
        let what = "secret token contains unallowed characters";
        return Err(ApiError::bad_request(what));
    }
    Ok(())
}

fn check_url(url: &str) -> Result<(), ApiError> {
    let parsed = reqwest::Url::parse(url).ok();
    let parsed = parsed.filter(|url| url.has_host());
    let parsed = parsed.ok_or_else(|| ApiError::bad_request("invalid webhook URL specified"))?;
    if !matches!(parsed.scheme(), "http" | "https") {
        let what = "bad webhook: An HTTPS URL must be provided for webhook";
        return Err(ApiError::bad_request(what));
    }
    Ok(())
}
