//! Everything Interpretator can say, in one exhaustive match per language: a missing translation does not compile.
mod en;
mod ru;

use bot_kit::{FileKind, Html, Offer};
use bot_material::{Count, Refused};
use chrono::{DateTime, Utc};
use domain::{DangerCategory, DangerLevel, Locale, ServiceId};

use crate::flow::{Ending, Stage, Task};

/// A message.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Text<'a> {
    /// The first screen: what can be sent.
    Greeting {
        /// The case's label.
        label: &'a str,
    },
    /// What there is so far.
    Collected(Count),
    /// The material is taken; stands where its keys were.
    Accepted(Count),
    /// Something cannot be added.
    Refused(Refused),
    /// Added while pictures or questions are on the screen.
    AddedOnTheWay,
    /// Added while the worker is busy.
    AddedMeanwhile,
    /// Voice cannot be listened to.
    NoVoice,
    /// Stickers and the like.
    OnlyThese,
    /// The material is being read.
    Reading,
    /// Questions are being made.
    Preparing,
    /// It is being interpreted.
    Interpreting,
    /// Earlier results to choose from.
    ChooseEarlier,
    /// A file that cannot be read.
    Unreadable {
        /// Its place in the material, from 1.
        number: usize,
        /// The reader's code.
        code: &'a str,
    },
    /// Above a description.
    Description {
        /// Its number when there are several.
        number: Option<usize>,
    },
    /// Below the descriptions.
    IsItRight,
    /// The descriptions were accepted; stands where their key was.
    DescriptionKept,
    /// A correction was kept.
    CorrectionKept,
    /// A question.
    Question {
        /// From 1.
        number: usize,
        /// How many there are.
        of: usize,
        /// The question.
        question: &'a str,
    },
    /// The last question is past; stands where its keys were.
    QuestionsDone,
    /// The worker could not go on.
    Stuck(Task),
    /// The worker is asked again; stands where the key was.
    AskedAgain,
    /// A sign of danger in the material.
    Danger {
        /// What it is about.
        category: DangerCategory,
        /// How urgent.
        level: DangerLevel,
        /// Whom to call.
        contacts: &'a Html,
    },
    /// Something came too late for the result.
    LeftOut,
    /// Under the result.
    Done,
    /// A file's caption.
    File(FileKind),
    /// To Pro: the result is there.
    TellReady {
        /// The case's label.
        label: &'a str,
    },
    /// After an absence.
    Resumed,
    /// Asks whether to give it up.
    AskCancel,
    /// It has ended.
    Over(Ending),
    /// Another interpretation goes on.
    Busy,
    /// The one before has ended meanwhile: the link can be opened now.
    OpenAgain,
    /// The wallet has too little.
    TooFewStars(Offer),
    /// Too many wrong links.
    TooManyTries,
    /// Help for a stage.
    Help(Stage),
    /// `/pause`
    Pause,
    /// `/privacy`
    Privacy,
    /// `/export` and `/delete_me`
    YourData,
    /// `/terms`, `/paysupport`, `/balance`
    Money,
    /// What is done in Pro.
    InPro,
}

/// A key.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Label<'a> {
    /// All is there.
    Ready,
    /// More is to come.
    More,
    /// Earlier results, with how many are chosen.
    Earlier(usize),
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
    /// The descriptions are right.
    Right,
    /// On.
    Onward,
    /// "I do not know."
    DontKnow,
    /// "I will ask the client."
    AskClient,
    /// Past the question.
    Skip,
    /// Interpret now.
    Finish,
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

/// A line over the chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Toast {
    /// The button is out of date.
    Stale,
    /// More can be sent.
    SendMore,
    /// Nothing was sent yet.
    NothingYet,
    /// The case has no results yet.
    NoEarlier,
    /// Acknowledged.
    Seen,
}

impl Text<'_> {
    /// In a language.
    #[must_use]
    pub fn html(&self, locale: Locale) -> Html {
        match locale {
            Locale::Ru => ru::text(self),
            Locale::En => en::text(self),
        }
    }
}

impl Label<'_> {
    /// In a language.
    #[must_use]
    pub fn text(&self, locale: Locale) -> String {
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
