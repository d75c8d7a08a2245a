//! What the guide says by itself.
mod en;
mod ru;

use bot_kit::Html;
use domain::{Locale, ServiceId};

/// A message about a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the words of each stand in ru.rs and en.rs")]
pub enum GuideText {
    Intro,
    Left,
    NeedsWords,
    TooLong,
    Searching,
    AtWork,
    Waits,
    Full,
    Longer,
    Outside,
    Unusable,
    Away,
    Danger,
    ForClients { tool: ServiceId },
}

impl GuideText {
    /// The text with markup.
    #[must_use]
    pub fn html(&self, locale: Locale) -> Html {
        match locale {
            Locale::Ru => ru::text(self),
            Locale::En => en::text(self),
        }
    }
}

/// What stands on a button of the guide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the words of each stand in ru.rs and en.rs")]
pub enum GuideLabel {
    Enter,
    Leave,
    Again,
}

impl GuideLabel {
    /// The label in a language.
    #[must_use]
    pub fn text(self, locale: Locale) -> String {
        match locale {
            Locale::Ru => ru::label(self),
            Locale::En => en::label(self),
        }
        .to_owned()
    }
}
