//! English.
use bot_kit::{Html, html};
use domain::Locale;

use super::Text;
use crate::door::Tool;

fn tool_name(tool: Tool) -> Html {
    match tool {
        Tool::Interpretator => html!("Interpretator: dreams and drawings"),
        Tool::Conceptualizator => html!("Conceptualizator: the working model of a case"),
        Tool::Simulator => html!("Simulator: practice with a virtual client"),
    }
}

/// Every message.
pub(super) fn text(text: Text, country: Option<&str>) -> Html {
    match text {
        Text::Door(tool) => html!(
            "<b>{}</b>\n\nThis tool is for specialists, and it is opened from Pro only: there, from the card of a case.",
            tool_name(tool)
        ),
        Text::BadLink(tool) => html!(
            "<b>{}</b>\n\nThis link does not work here. The tool is opened from Pro, from the card of a case. If your specialist sent you the link, ask which bot it belongs to.",
            tool_name(tool)
        ),
        Text::Blocked => html!("Access to PsycheOS is closed at the moment. If this is unexpected, write to the administrator."),
        Text::Help(tool) => html!(
            "<b>{}</b>\n\nThe tool is launched from Pro only. Without a launch nothing happens here and nothing is charged.\n\nIf you need help in danger: /sos.",
            tool_name(tool)
        ),
        Text::Privacy => {
            html!("Nothing is kept here: without a launch from Pro the bot does not store what you write. More: /privacy in Pro.")
        }
        Text::NothingKept => html!("Nothing is kept here, so there is nothing to export or delete. Your data are in Pro."),
        Text::Payments => html!("Nothing is paid or charged here. Balance and questions about payments are in Pro: /paysupport."),
        Text::Emergency => html!(
            "Nobody reads this chat, so do not wait for an answer here.\n\n<b>If there is danger now: call, and go to people near you.</b>\n{}",
            super::contacts(country, Locale::En)
        ),
    }
}
