//! What a bot says about itself: its name, its commands, its menu button.

use serde_json::{Value, json};

use super::chat_of;
use crate::error::{ApiError, ApiResult};
use crate::params::Params;
use crate::state::{CommandSet, State};

impl State {
    pub(super) fn get_me(&self, bot: usize) -> ApiResult {
        let owner = self.bots.get(bot).ok_or_else(ApiError::unauthorized)?;
        let mut me = owner.user();
        for (name, value) in [
            ("can_join_groups", false),
            ("can_read_all_group_messages", false),
            ("supports_inline_queries", false),
            ("can_connect_to_business", false),
            ("has_main_web_app", false),
        ] {
            me[name] = json!(value);
        }
        Ok(me)
    }

    pub(super) fn get_chat(&self, bot: usize, params: &Params) -> ApiResult {
        let chat = chat_of(params)?;
        let known = self.bots.get(bot).is_some_and(|b| b.chats.contains_key(&chat));
        let person = self.people.get(&chat).filter(|_| known);
        let person = person.ok_or_else(|| ApiError::bad_request("chat not found"))?;
        let mut full = person.chat();
        full["accent_color_id"] = json!(0);
        full["max_reaction_count"] = json!(11);
        Ok(full)
    }

    pub(super) fn set_commands(&mut self, bot: usize, params: &Params) -> ApiResult {
        let commands = params.json("commands")?.unwrap_or_default();
        let Some(list) = commands.as_array() else {
            return Err(ApiError::bad_request("can't parse commands JSON object"));
        };
        if list.len() > 100 {
            return Err(ApiError::bad_request("BOT_COMMANDS_TOO_MUCH"));
        }
        for command in list {
            let text = |name: &str| command.get(name).and_then(Value::as_str);
            let name = text("command").unwrap_or_default();
            let valid = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            if !(1..=32).contains(&name.len()) || !name.chars().all(valid) {
                return Err(ApiError::bad_request("BOT_COMMAND_INVALID"));
            }
            let description = text("description").unwrap_or_default();
            if !(1..=256).contains(&crate::html::utf16_len(description)) {
                return Err(ApiError::bad_request("BOT_COMMAND_DESCRIPTION_INVALID"));
            }
        }
        self.replace_commands(bot, params, Some(commands))
    }

    pub(super) fn delete_commands(&mut self, bot: usize, params: &Params) -> ApiResult {
        self.replace_commands(bot, params, None)
    }

    fn replace_commands(&mut self, bot: usize, params: &Params, new: Option<Value>) -> ApiResult {
        let (scope, language) = scope_of(params)?;
        let Some(owner) = self.bots.get_mut(bot) else {
            return Err(ApiError::unauthorized());
        };
        owner.commands.retain(|set| set.scope != scope || set.language != language);
        if let Some(commands) = new.filter(|new| new.as_array().is_some_and(|n| !n.is_empty())) {
            owner.commands.push(CommandSet { scope: scope.clone(), language: language.clone(), commands });
        }
        let data = json!({ "scope": scope, "language_code": language });
        self.event("commands", bot, None, data);
        Ok(json!(true))
    }

    pub(super) fn get_commands(&self, bot: usize, params: &Params) -> ApiResult {
        let (scope, language) = scope_of(params)?;
        let sets = self.bots.get(bot).map_or(&[][..], |b| &b.commands);
        let set = sets.iter().find(|set| set.scope == scope && set.language == language);
        Ok(set.map_or_else(|| json!([]), |set| set.commands.clone()))
    }

    /// The commands a person sees: the nearest scope, in the person's language or without one.
    pub fn commands_for(&self, bot: usize, user: i64) -> Value {
        let language = self.people.get(&user).and_then(|p| p.language_code.clone());
        let sets = self.bots.get(bot).map_or(&[][..], |b| &b.commands);
        let scopes =
            [json!({ "type": "chat", "chat_id": user }), json!({ "type": "all_private_chats" }), json!({ "type": "default" })];
        for scope in scopes {
            for wanted in [language.as_deref().unwrap_or_default(), ""] {
                let mut fitting = sets.iter().filter(|set| set.scope == scope);
                if let Some(set) = fitting.find(|set| set.language == wanted) {
                    return set.commands.clone();
                }
            }
        }
        json!([])
    }

    pub(super) fn set_menu_button(&mut self, bot: usize, params: &Params) -> ApiResult {
        let chat = params.int("chat_id");
        let button = params.json("menu_button")?;
        let button = button.unwrap_or_else(|| json!({ "type": "default" }));
        let kind = button.get("type").and_then(Value::as_str).unwrap_or_default();
        if !matches!(kind, "commands" | "web_app" | "default") {
            return Err(ApiError::bad_request("can't parse menu button: unsupported type"));
        }
        if let Some(owner) = self.bots.get_mut(bot) {
            owner.menu_buttons.insert(chat, button);
        }
        Ok(json!(true))
    }

    pub(super) fn get_menu_button(&self, bot: usize, params: &Params) -> ApiResult {
        let buttons = self.bots.get(bot).map(|b| &b.menu_buttons);
        let own = buttons.and_then(|all| all.get(&params.int("chat_id")).or_else(|| all.get(&None)));
        Ok(own.cloned().unwrap_or_else(|| json!({ "type": "commands" })))
    }
}

/// Scope and language a call about commands names; chat ids as numbers.
fn scope_of(params: &Params) -> Result<(Value, String), ApiError> {
    let scope = params.json("scope")?;
    let mut scope = scope.unwrap_or_else(|| json!({ "type": "default" }));
    let chat = scope.get("chat_id").and_then(|id| match id {
        Value::String(text) => text.parse::<i64>().ok(),
        other => other.as_i64(),
    });
    crate::model::set(&mut scope, "chat_id", chat);
    Ok((scope, params.text_or_empty("language_code")))
}
