//! The methods of the Bot API: one table from names to functions on the state.

mod media;
mod messages;
mod profile;
mod text;
mod webhook;

use serde_json::Value;

use crate::error::{ApiError, ApiResult};
use crate::params::Params;
use crate::state::State;

pub(crate) use text::person_entities;

/// What a method that succeeded answers.
#[derive(Debug)]
pub(crate) struct Done {
    pub result: Value,
    /// Remark beside the result, which `setWebhook` and `deleteWebhook` make.
    pub description: Option<&'static str>,
}

impl State {
    /// Runs one method of a bot. `getUpdates` waits and is handled by the caller.
    ///
    /// # Errors
    /// The Bot API's refusals.
    pub fn apply(&mut self, bot: usize, method: &str, params: &Params) -> Result<Done, ApiError> {
        let method = method.to_ascii_lowercase();
        let description = match method.as_str() {
            "setwebhook" => self.set_webhook(bot, params)?,
            "deletewebhook" => self.delete_webhook(bot, params)?,
            _ => {
                return Ok(Done { result: self.run(bot, &method, params)?, description: None });
            }
        };
        Ok(Done { result: Value::Bool(true), description: Some(description) })
    }

    fn run(&mut self, bot: usize, method: &str, params: &Params) -> ApiResult {
        match method {
            "getme" => self.get_me(bot),
            "getchat" => self.get_chat(bot, params),
            "getwebhookinfo" => Ok(self.webhook_info(bot)),
            "sendmessage" => self.send_message(bot, params),
            "senddocument" => self.send_file(bot, params, media::Kind::Document),
            "sendphoto" => self.send_file(bot, params, media::Kind::Photo),
            "sendmediagroup" => self.send_media_group(bot, params),
            "sendinvoice" => self.send_invoice(bot, params),
            "sendchataction" => self.send_chat_action(bot, params),
            "sendmessagedraft" => self.send_draft(bot, params),
            "editmessagetext" => self.edit_text(bot, params),
            "editmessagecaption" => self.edit_caption(bot, params),
            "editmessagereplymarkup" => self.edit_markup(bot, params),
            "deletemessage" => self.delete_message(bot, params),
            "answercallbackquery" => self.answer_callback(bot, params),
            "answerprecheckoutquery" => self.answer_pre_checkout(bot, params),
            "refundstarpayment" => self.refund(bot, params),
            "getstartransactions" => self.star_transactions(bot, params),
            "getmystarbalance" => self.star_balance(bot),
            "getfile" => self.get_file(bot, params),
            "setmycommands" => self.set_commands(bot, params),
            "getmycommands" => self.get_commands(bot, params),
            "deletemycommands" => self.delete_commands(bot, params),
            "setchatmenubutton" => self.set_menu_button(bot, params),
            "getchatmenubutton" => self.get_menu_button(bot, params),
            _ => Err(ApiError::unknown_method()),
        }
    }
}

/// Methods that flood control counts: what makes or changes a message.
pub(crate) fn is_paced(method: &str) -> bool {
    let method = method.to_ascii_lowercase();
    let quiet = matches!(method.as_str(), "sendchataction" | "sendmessagedraft");
    (method.starts_with("send") || method.starts_with("editmessage")) && !quiet
}

/// The chat a call names.
pub(crate) fn chat_of(params: &Params) -> Result<i64, ApiError> {
    if !params.has("chat_id") {
        return Err(ApiError::bad_request("chat_id is empty"));
    }
    let chat = params.int("chat_id");
    chat.ok_or_else(|| ApiError::bad_request("chat not found"))
}
