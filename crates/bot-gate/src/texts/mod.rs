//! Everything the door says, in one exhaustive match per language.
mod en;
mod ru;

use bot_kit::Html;
use domain::Locale;

use crate::door::Tool;

/// A message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Text {
    /// What the tool is for, and that it is opened from Pro.
    Door(Tool),
    /// A link that does not work here.
    BadLink(Tool),
    /// Access is closed.
    Blocked,
    /// `/help`
    Help(Tool),
    /// `/privacy`
    Privacy,
    /// `/export`, `/delete_me`
    NothingKept,
    /// `/terms`, `/paysupport`
    Payments,
    /// Whom to call in danger.
    Emergency,
}

impl Text {
    /// The text in a language; `country` (ISO 3166 alpha-2) decides whom to call.
    #[must_use]
    pub fn html(self, locale: Locale, country: Option<&str>) -> Html {
        match locale {
            Locale::Ru => ru::text(self, country),
            Locale::En => en::text(self, country),
        }
    }
}

/// Whom to call in a country, line by line.
fn contacts(country: Option<&str>, locale: Locale) -> Html {
    bot_kit::contact_lines(&domain::resources::for_country(country, locale), locale)
}

/// The face of the button that opens Pro.
#[must_use]
pub fn open_pro(locale: Locale) -> &'static str {
    match locale {
        Locale::Ru => "Открыть Pro",
        Locale::En => "Open Pro",
    }
}

/// Commands of a tool to register with Telegram, with their descriptions.
#[must_use]
pub const fn commands(locale: Locale) -> &'static [(&'static str, &'static str)] {
    match locale {
        Locale::Ru => &[
            ("help", "Как это устроено"),
            ("cancel", "Отменить начатое"),
            ("sos", "Экстренная помощь"),
            ("privacy", "Что хранится и как удалить"),
            ("paysupport", "Вопросы об оплате"),
        ],
        Locale::En => &[
            ("help", "How it works"),
            ("cancel", "Cancel what was begun"),
            ("sos", "Emergency help"),
            ("privacy", "What is kept, how to delete it"),
            ("paysupport", "Questions about payments"),
        ],
    }
}
