//! What every tool says: in the same words ([`Text`], [`Label`], [`Toast`]), or each in its own ([`OwnText`]). A missing translation does not
//! compile.
mod en;
mod ru;

use bot_kit::{FileKind, Html, Offer};
use chrono::{DateTime, Utc};
use domain::{DangerCategory, DangerLevel, Locale, ServiceId};

use super::Ending;

/// A message that each tool has in its own words.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum OwnText<'a> {
    /// Earlier results to choose from.
    ChooseEarlier,
    /// A sign of danger in the material.
    Danger {
        /// What it is about.
        category: DangerCategory,
        /// How urgent.
        level: DangerLevel,
        /// Whom to call.
        contacts: &'a Html,
    },
    /// Under the result.
    Done,
    /// A file's caption.
    File(FileKind),
    /// To Pro: the result is there.
    TellReady {
        /// The case's label.
        label: &'a str,
    },
    /// Asks whether to give it up.
    AskCancel,
    /// It has ended.
    Over(Ending),
    /// Another run goes on.
    Busy,
    /// The one before has ended meanwhile: the link can be opened now.
    OpenAgain,
    /// The wallet has too little.
    TooFewStars(Offer),
    /// `/privacy`
    Privacy,
    /// `/export` and `/delete_me`
    YourData,
    /// `/terms`, `/paysupport`, `/balance`
    Money,
    /// What is done in Pro.
    InPro,
}

/// A message that is the same everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Text {
    /// Added while something is on the screen that waits for an answer.
    AddedOnTheWay,
    /// Added while the worker is busy.
    AddedMeanwhile,
    /// Voice cannot be listened to.
    NoVoice,
    /// The material is being read.
    Reading,
    /// The worker is asked again; stands where the key was.
    AskedAgain,
    /// Something came too late for the result.
    LeftOut,
    /// After an absence.
    Resumed,
    /// Too many wrong links.
    TooManyTries,
    /// `/pause`
    Pause,
}

/// A key that is the same everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label<'a> {
    /// An earlier result.
    Result {
        /// It is chosen.
        on: bool,
        /// Of which tool.
        service: ServiceId,
        /// Since when.
        at: DateTime<Utc>,
        /// Its sentence, shortened.
        line: &'a str,
    },
    /// Back.
    Back,
    /// The words are material.
    KeepAsMaterial,
    /// The words are the answer.
    KeepAsAnswer,
    /// Once more.
    Retry,
    /// The present screen.
    Continue,
    /// Give it up.
    Cancel,
    /// Yes, give it up.
    CancelYes,
    /// "Seen."
    Seen,
    /// To Pro.
    OpenPro,
    /// Opens the result in Pro.
    OpenResult,
    /// Opens the other link.
    OpenNew,
}

/// A line over the chat that is the same everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Toast {
    /// The button is out of date.
    Stale,
    /// The case has no results yet.
    NoEarlier,
    /// Acknowledged.
    Seen,
}

impl Text {
    /// In a language.
    #[must_use]
    pub fn html(self, locale: Locale) -> Html {
        match locale {
            Locale::Ru => ru::text(self),
            Locale::En => en::text(self),
        }
    }
}

impl Label<'_> {
    /// In a language.
    #[must_use]
    pub fn text(self, locale: Locale) -> String {
        match locale {
            Locale::Ru => ru::label(self),
            Locale::En => en::label(self),
        }
    }
}

impl Toast {
    /// In a language.
    #[must_use]
    pub fn text(self, locale: Locale) -> &'static str {
        match locale {
            Locale::Ru => ru::toast(self),
            Locale::En => en::toast(self),
        }
    }
}
