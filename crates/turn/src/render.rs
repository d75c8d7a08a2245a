//! Effects as parameters of the Bot API.
use bot_kit::{Html, Invoice, Key, KeyAction, Keyboard, Say, shorten};
use domain::{ChatId, TelegramMessageId};
use frankenstein::{
    ParseMode,
    methods::{EditMessageTextParams, SendMessageParams},
    types::{CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, ReplyMarkup},
};
use serde_json::Value;

/// Parameters of `sendMessage`.
#[must_use]
pub fn send_params(chat: ChatId, say: &Say) -> Value {
    let params = SendMessageParams::builder()
        .chat_id(chat.0)
        .text(say.html.as_str())
        .parse_mode(ParseMode::Html)
        .link_preview_options(LinkPreviewOptions::DISABLED)
        .protect_content(say.protect)
        .maybe_reply_markup(markup(&say.keyboard).map(ReplyMarkup::InlineKeyboardMarkup))
        .build();
    to_value(&params)
}

/// Parameters of `editMessageText`; the message is named when it is known.
#[must_use]
pub fn edit_params(chat: ChatId, message: Option<TelegramMessageId>, say: &Say) -> Value {
    let params = EditMessageTextParams::builder()
        .chat_id(chat.0)
        .maybe_message_id(message.and_then(|id| i32::try_from(id.0).ok()))
        .text(say.html.as_str())
        .parse_mode(ParseMode::Html)
        .link_preview_options(LinkPreviewOptions::DISABLED)
        .maybe_reply_markup(markup(&say.keyboard))
        .build();
    let mut value = to_value(&params);
    // Kept for the case that the message cannot be edited and a new one is sent.
    value["protect_content"] = Value::Bool(say.protect);
    value
}

/// Parameters of `sendDocument`; the document is added by the sender.
#[must_use]
pub fn document_params(chat: ChatId, caption: &Html, protect: bool) -> Value {
    let mut value = serde_json::json!({ "chat_id": chat.0, "protect_content": protect });
    if !caption.is_empty() {
        value["caption"] = Value::from(caption.as_str());
        value["parse_mode"] = Value::from("HTML");
    }
    value
}

/// Parameters of `sendInvoice`: Stars, one price, our payment id as what the payment carries.
#[must_use]
pub fn invoice_params(chat: ChatId, invoice: &Invoice) -> Value {
    serde_json::json!({
        "chat_id": chat.0,
        "title": shorten(&invoice.title, 32),
        "description": shorten(&invoice.description, 255),
        "payload": invoice.payment.to_string(),
        "provider_token": "",
        "currency": "XTR",
        "prices": [{ "label": shorten(&invoice.title, 32), "amount": invoice.stars.0 }],
    })
}

/// Parameters of a plain message to whoever operates the platform.
#[must_use]
pub fn operator_message(chat: ChatId, text: &str) -> Value {
    serde_json::json!({ "chat_id": chat.0, "text": text })
}

fn markup(keyboard: &Keyboard) -> Option<InlineKeyboardMarkup> {
    if keyboard.rows.is_empty() {
        return None;
    }
    let rows = keyboard.rows.iter().map(|row| row.iter().map(button).collect()).collect();
    Some(InlineKeyboardMarkup::builder().inline_keyboard(rows).build())
}

fn button(key: &Key) -> InlineKeyboardButton {
    let builder = InlineKeyboardButton::builder().text(key.label.as_str());
    match &key.action {
        KeyAction::Data(data) => builder.callback_data(data.as_str()).build(),
        KeyAction::Url(url) => builder.url(url.as_str()).build(),
        KeyAction::Copy(text) => builder.copy_text(CopyTextButton::builder().text(text.as_str()).build()).build(),
    }
}

fn to_value<T: serde::Serialize>(params: &T) -> Value {
    // The types are plain structs of strings and numbers: they always serialise.
    serde_json::to_value(params).unwrap_or(Value::Null)
}
