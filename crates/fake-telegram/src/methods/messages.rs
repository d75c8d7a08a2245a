//! Sending, editing and deleting text; answering presses.

use serde_json::{Value, json};

use super::{chat_of, text};
use crate::error::{ApiError, ApiResult};
use crate::html::utf16_len;
use crate::markup;
use crate::model::{Body, Content, Invoice, Message};
use crate::params::Params;
use crate::state::{CallbackAnswer, State};

/// Seconds a press can be answered.
const CALLBACK_SECS: f64 = 150.0;
/// Most Stars one invoice may ask for.
const MAX_STARS: i64 = 10_000;

/// What all `send*` methods share.
pub(super) struct Common {
    pub chat: i64,
    pub markup: Option<Value>,
    pub reply_to: Option<i64>,
    pub protected: bool,
}

impl State {
    /// Reads and checks what all `send*` methods share.
    pub(super) fn common(&self, bot: usize, params: &Params, invoice: bool) -> Result<Common, ApiError> {
        let chat = chat_of(params)?;
        let markup = markup::read(params, invoice)?;
        self.check_chat(bot, chat)?;
        Ok(Common { chat, markup, reply_to: self.reply_to(bot, chat, params)?, protected: params.flag("protect_content") })
    }

    fn reply_to(&self, bot: usize, chat: i64, params: &Params) -> Result<Option<i64>, ApiError> {
        let reply = params.json("reply_parameters")?.unwrap_or_default();
        let id = reply.get("message_id").and_then(Value::as_i64);
        let Some(id) = id.or_else(|| params.int("reply_to_message_id")) else {
            return Ok(None);
        };
        if self.message(bot, chat, id).is_some() {
            return Ok(Some(id));
        }
        let lenient = reply.get("allow_sending_without_reply").and_then(Value::as_bool);
        if lenient == Some(true) || params.flag("allow_sending_without_reply") {
            return Ok(None);
        }
        Err(ApiError::bad_request("message to be replied not found"))
    }

    /// Stores a message of the bot and gives its Bot API form.
    pub(super) fn post(&mut self, bot: usize, common: Common, content: Content, group: Option<String>) -> Value {
        let date = self.now.unix;
        let chat = common.chat;
        let id = self.add_message(bot, chat, |id| {
            let mut message = Message::new(id, true, date, content);
            message.markup = common.markup;
            message.reply_to = common.reply_to;
            message.protected = common.protected;
            message.media_group = group;
            message
        });
        self.message_json(bot, chat, id)
    }

    pub(super) fn send_message(&mut self, bot: usize, params: &Params) -> ApiResult {
        let body = text::text(params)?;
        let common = self.common(bot, params, false)?;
        Ok(self.post(bot, common, Content::Text(body), None))
    }

    /// Invoices in Stars: one price, no provider.
    pub(super) fn send_invoice(&mut self, bot: usize, params: &Params) -> ApiResult {
        let refuse = |code: &str| Err(ApiError::bad_request(code));
        let within = |text: &str, max: usize| (1..=max).contains(&utf16_len(text));
        let title = params.text_or_empty("title");
        let description = params.text_or_empty("description");
        let payload = params.text_or_empty("payload");
        if !within(&title, 32) {
            return refuse("INVOICE_TITLE_INVALID");
        }
        if !within(&description, 255) {
            return refuse("INVOICE_DESCRIPTION_INVALID");
        }
        if !(1..=128).contains(&payload.len()) {
            return refuse("INVOICE_PAYLOAD_INVALID");
        }
        if params.text_or_empty("currency") != "XTR" {
            return refuse("CURRENCY_INVALID");
        }
        if !params.text_or_empty("provider_token").is_empty() {
            return refuse("PAYMENT_PROVIDER_INVALID");
        }
        let prices = params.json("prices")?.unwrap_or_default();
        let [price] = prices.as_array().map_or(&[][..], Vec::as_slice) else {
            return refuse("STARS_INVOICE_INVALID");
        };
        let label = price.get("label").and_then(Value::as_str);
        let amount = price.get("amount").and_then(Value::as_i64);
        let (Some(_), Some(amount)) = (label, amount) else {
            return refuse("can't parse labeled price");
        };
        if !(1..=MAX_STARS).contains(&amount) {
            return refuse("CURRENCY_TOTAL_AMOUNT_INVALID");
        }
        let mut common = self.common(bot, params, true)?;
        let pay = || json!({ "inline_keyboard": [[{ "text": format!("Pay ⭐️{amount}"), "pay": true }]] });
        common.markup = Some(common.markup.unwrap_or_else(pay));
        let invoice = Invoice { title, description, payload, start_parameter: params.text_or_empty("start_parameter"), amount };
        Ok(self.post(bot, common, Content::Invoice(invoice), None))
    }

    pub(super) fn send_chat_action(&mut self, bot: usize, params: &Params) -> ApiResult {
        let chat = chat_of(params)?;
        let action = params.text_or_empty("action");
        if !ACTIONS.contains(&action.as_str()) {
            return Err(ApiError::bad_request("wrong parameter action in request"));
        }
        self.check_chat(bot, chat)?;
        self.event("chat_action", bot, Some(chat), json!({ "action": action }));
        Ok(json!(true))
    }

    pub(super) fn send_draft(&mut self, bot: usize, params: &Params) -> ApiResult {
        let chat = chat_of(params)?;
        let draft_id = params.int("draft_id").unwrap_or(0);
        if draft_id == 0 {
            return Err(ApiError::bad_request("draft identifier must be non-zero"));
        }
        let body = text::text(params)?;
        self.check_chat(bot, chat)?;
        let shown = json!({ "draft_id": draft_id, "text": body.text });
        self.event("draft", bot, Some(chat), shown);
        Ok(json!(true))
    }

    pub(super) fn edit_text(&mut self, bot: usize, params: &Params) -> ApiResult {
        let body = text::text(params)?;
        let edit = |old: &Content| match old {
            Content::Text(_) => Ok(Content::Text(body)),
            _ => Err("there is no text in the message to edit"),
        };
        self.edit(bot, params, edit)
    }

    pub(super) fn edit_caption(&mut self, bot: usize, params: &Params) -> ApiResult {
        let caption = text::caption(params)?;
        let edit = |old: &Content| match old.clone() {
            Content::Document { file_id, .. } => Ok(Content::Document { file_id, caption }),
            Content::Photo { sizes, .. } => Ok(Content::Photo { sizes, caption }),
            _ => Err("there is no caption in the message to edit"),
        };
        self.edit(bot, params, edit)
    }

    pub(super) fn edit_markup(&mut self, bot: usize, params: &Params) -> ApiResult {
        self.edit(bot, params, |old| Ok(old.clone()))
    }

    fn edit(&mut self, bot: usize, params: &Params, change: impl FnOnce(&Content) -> Result<Content, &'static str>) -> ApiResult {
        let chat = chat_of(params)?;
        let id = params.int("message_id");
        let id = id.ok_or_else(|| ApiError::bad_request("message identifier is not specified"))?;
        let date = self.now.unix;
        let old = self.message(bot, chat, id);
        let invoice = old.is_some_and(|m| matches!(m.content, Content::Invoice(_)));
        let markup = markup::read(params, invoice)?;
        self.check_chat(bot, chat)?;
        let message = self.message_mut(bot, chat, id);
        let message = message.ok_or_else(|| ApiError::bad_request("message to edit not found"))?;
        if !message.from_bot {
            return Err(ApiError::bad_request("message can't be edited"));
        }
        let content = change(&message.content).map_err(ApiError::bad_request)?;
        if same(&content, &message.content) && markup == message.markup {
            return Err(ApiError::bad_request(NOT_MODIFIED));
        }
        message.content = content;
        message.markup = markup;
        message.edit_date = Some(date);
        self.show(bot, chat, id, "edited");
        Ok(self.message_json(bot, chat, id))
    }

    pub(super) fn delete_message(&mut self, bot: usize, params: &Params) -> ApiResult {
        let chat = chat_of(params)?;
        let id = params.int("message_id");
        let id = id.ok_or_else(|| ApiError::bad_request("message identifier is not specified"))?;
        if !self.people.contains_key(&chat) {
            return Err(ApiError::bad_request("chat not found"));
        }
        let message = self.message_mut(bot, chat, id);
        let message = message.ok_or_else(|| ApiError::bad_request("message to delete not found"))?;
        message.deleted = true;
        self.event("deleted", bot, Some(chat), json!({ "message_id": id }));
        Ok(json!(true))
    }

    /// A press is answered once, and while it is fresh.
    pub(super) fn answer_callback(&mut self, bot: usize, params: &Params) -> ApiResult {
        let id = params.text_or_empty("callback_query_id");
        let shown = params.text_or_empty("text");
        let now = self.now.secs;
        let owner = self.bots.get_mut(bot);
        let callback = owner.and_then(|b| b.callbacks.get_mut(&id));
        let callback = callback.ok_or_else(ApiError::old_query)?;
        if callback.answer.is_some() || callback.issued_at + CALLBACK_SECS < now {
            return Err(ApiError::old_query());
        }
        if utf16_len(&shown) > 200 {
            return Err(ApiError::bad_request("MESSAGE_TOO_LONG"));
        }
        let answer = CallbackAnswer { text: shown, show_alert: params.flag("show_alert"), url: params.text("url") };
        callback.answer = Some(answer.clone());
        let (chat, message_id) = (callback.chat, callback.message_id);
        let data = json!({
            "callback_query_id": id, "message_id": message_id, "text": answer.text,
            "show_alert": answer.show_alert, "url": answer.url,
        });
        self.event("callback_answer", bot, Some(chat), data);
        Ok(json!(true))
    }
}

const NOT_MODIFIED: &str = "message is not modified: specified new message content and reply \
     markup are exactly the same as a current content and reply markup of the message";

const ACTIONS: [&str; 11] = [
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
];

/// Whether an edit changes nothing a person sees: the source of a text does not count.
fn same(a: &Content, b: &Content) -> bool {
    let shown = |body: &Body| (body.text.clone(), body.entities.clone());
    match (a.body(), b.body()) {
        (Some(a), Some(b)) => shown(a) == shown(b),
        _ => a == b,
    }
}
