//! Checks of `reply_markup`, and what may be pressed in it.

use serde_json::{Map, Value};

use crate::error::ApiError;
use crate::html;
use crate::params::Params;

/// Buttons an inline keyboard may have.
const MAX_BUTTONS: usize = 100;

/// Reads and checks the `reply_markup` of a call. `None`: no keyboard is kept with the
/// message (absent, empty, or a keyboard of the input field).
///
/// # Errors
/// The 400s of the Bot API, `BUTTON_DATA_INVALID` among them.
pub(crate) fn read(params: &Params, invoice: bool) -> Result<Option<Value>, ApiError> {
    let Some(value) = params.json("reply_markup")? else {
        return Ok(None);
    };
    let Value::Object(markup) = value else {
        return Err(ApiError::bad_request("object expected as reply markup"));
    };
    let Some(rows) = markup.get("inline_keyboard") else {
        return Ok(None);
    };
    let rows = rows
        .as_array()
        .ok_or_else(|| ApiError::bad_request("field \"inline_keyboard\" of the InlineKeyboardMarkup must be an Array"))?;
    let mut kept = Vec::new();
    for row in rows {
        let row = row.as_array().ok_or_else(|| {
            ApiError::bad_request("field \"inline_keyboard\" of the InlineKeyboardMarkup must be an Array of Arrays")
        })?;
        let buttons = row.iter().map(|b| button(b, invoice));
        let buttons = buttons.collect::<Result<Vec<_>, _>>()?;
        if !buttons.is_empty() {
            kept.push(Value::Array(buttons));
        }
    }
    let count: usize = kept.iter().map(|row| row.as_array().map_or(0, Vec::len)).sum();
    if count > MAX_BUTTONS {
        return Err(ApiError::bad_request("REPLY_MARKUP_TOO_LONG"));
    }
    if kept.is_empty() {
        return Ok(None);
    }
    let first = kept.first().and_then(|row| row.get(0));
    if invoice && first.and_then(|b| b.get("pay")).is_none() {
        return Err(ApiError::bad_request("REPLY_MARKUP_BUY_EMPTY"));
    }
    Ok(Some(serde_json::json!({ "inline_keyboard": kept })))
}

fn button(value: &Value, invoice: bool) -> Result<Value, ApiError> {
    let fail = |what: &str| ApiError::bad_request(format!("can't parse inline keyboard button: {what}"));
    let Value::Object(fields) = value else {
        return Err(fail("InlineKeyboardButton must be an Object"));
    };
    let text = fields.get("text").and_then(Value::as_str);
    let text = text.ok_or_else(|| fail("Can't find field \"text\""))?;
    if text.is_empty() {
        return Err(ApiError::bad_request("BUTTON_TEXT_INVALID"));
    }
    if let Some(data) = fields.get("callback_data") {
        let data = data.as_str().ok_or_else(|| fail("Field \"callback_data\" must be of type String"))?;
        if data.is_empty() || data.len() > 64 {
            return Err(ApiError::bad_request("BUTTON_DATA_INVALID"));
        }
    } else if let Some(url) = fields.get("url") {
        return url_button(fields, url.as_str().unwrap_or_default());
    } else if fields.get("pay").and_then(Value::as_bool) == Some(true) {
        if !invoice {
            return Err(ApiError::bad_request("BUTTON_TYPE_INVALID"));
        }
    } else if !OTHER_KINDS.iter().any(|kind| fields.contains_key(*kind)) {
        return Err(fail("Text buttons are unallowed in the inline keyboard"));
    }
    Ok(value.clone())
}

/// Kinds of inline buttons that are kept as they are.
const OTHER_KINDS: [&str; 7] = [
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
];

fn url_button(fields: &Map<String, Value>, url: &str) -> Result<Value, ApiError> {
    let Some(checked) = html::checked_link(url) else {
        return Err(ApiError::bad_request(format!("inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")));
    };
    let mut fields = fields.clone();
    fields.insert("url".to_owned(), Value::String(checked));
    Ok(Value::Object(fields))
}

/// Where a press lands.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// A button by its callback data.
    Data(String),
    /// A button by its visible text.
    Label(String),
    /// A button by its place, both counted from 0.
    At {
        /// Row from the top.
        row: usize,
        /// Column from the left.
        col: usize,
    },
}

/// The callback data of the button a press means; `None` where there is no such button, or
/// it has no callback data.
pub(crate) fn find(markup: Option<&Value>, target: &Target) -> Option<String> {
    let rows = markup?.get("inline_keyboard")?.as_array()?;
    let data = |button: &Value| Some(button.get("callback_data")?.as_str()?.to_owned());
    if let Target::At { row, col } = target {
        return data(rows.get(*row)?.get(*col)?);
    }
    let mut buttons = rows.iter().filter_map(Value::as_array).flatten();
    let hit = buttons.find(|button| match target {
        Target::Data(wanted) => data(button).as_ref() == Some(wanted),
        Target::Label(label) => button.get("text").and_then(Value::as_str) == Some(label),
        Target::At { .. } => false,
    });
    data(hit?)
}
