//! Everything Conceptualizator can say, in one exhaustive match per language: a missing translation does not compile.
mod en;
mod ru;

use bot_kit::{FileKind, Html, Offer};
use bot_material::{Count, Refused};
use chrono::{DateTime, Utc};
use domain::{DangerCategory, DangerLevel, Locale, ServiceId};

use crate::{
    flow::{Ending, Stage, Task},
    model::{Card, Flag, FlagAnswer, Gap, Status},
};

/// A message.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Text<'a> {
    /// The first screen: what can be sent.
    Greeting {
        /// The case's label.
        label: &'a str,
    },
    /// What there is so far.
    Collected {
        /// Of each kind.
        count: Count,
        /// Characters in all.
        chars: usize,
        /// Earlier results that are chosen.
        earlier: usize,
    },
    /// The material is taken; stands where its keys were.
    Accepted {
        /// Of each kind.
        count: Count,
        /// Earlier results that are chosen.
        earlier: usize,
    },
    /// What is worth describing, by layer.
    Checklist,
    /// Something cannot be added.
    Refused(Refused),
    /// Added while something is on the screen.
    AddedOnTheWay,
    /// Added while the worker is busy.
    AddedMeanwhile,
    /// Pictures are for another tool.
    NoPictures,
    /// Voice cannot be listened to.
    NoVoice,
    /// Stickers and the like.
    OnlyThese,
    /// The material is being read.
    Reading,
    /// Hypotheses are looked for.
    Extracting,
    /// An answer is being thought over.
    Thinking,
    /// The model is being assembled.
    Assembling,
    /// Earlier results to choose from.
    ChooseEarlier,
    /// A file that cannot be read.
    Unreadable {
        /// Its place in the material, from 1.
        number: usize,
        /// The reader's code.
        code: &'a str,
    },
    /// A hypothesis.
    Card {
        /// Which.
        card: &'a Card,
        /// How many are open, with this one.
        open: usize,
    },
    /// Other words are awaited.
    AskWords,
    /// The words are too long.
    WordsTooLong {
        /// Characters allowed.
        at_most: usize,
    },
    /// What was said to a hypothesis; stands where its keys were.
    Decided {
        /// Which.
        card: &'a Card,
        /// What; none: put off.
        status: Option<Status>,
    },
    /// All were accepted; stands where the keys were.
    AllAccepted,
    /// A red flag.
    Flag(&'a Flag),
    /// What was answered to it; stands where its keys were.
    FlagAnswered {
        /// Which.
        flag: &'a Flag,
        /// What.
        answer: FlagAnswer,
    },
    /// A question.
    Question {
        /// From 1.
        number: usize,
        /// The question.
        question: &'a str,
    },
    /// What a question is for.
    WhyAsked {
        /// In words.
        why: &'a str,
    },
    /// A question was passed over; stands where its keys were.
    Skipped {
        /// Which.
        question: &'a str,
    },
    /// Nothing is left to ask.
    Offer {
        /// What is missing.
        gaps: &'a [Gap],
    },
    /// No question is left at all.
    NothingToAsk,
    /// No hypothesis is held: nothing to assemble from.
    NothingHeld,
    /// Questions end; stands where the keys were.
    Finishing,
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
    /// The same as a red flag.
    DangerFlag(DangerCategory),
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
    /// Another one goes on.
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
    /// There is nothing: questions come at once.
    FromNothing,
    /// What is worth describing.
    Checklist,
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
    /// Yes.
    Accept,
    /// In other words.
    Edit,
    /// No.
    Reject,
    /// Not now.
    Later,
    /// All that are left, with how many.
    AcceptAll(usize),
    /// The flag was checked.
    Checked,
    /// It does not apply.
    NotApplicable,
    /// It will be checked.
    WillCheck,
    /// Past the question.
    Skip,
    /// What is it for?
    Why,
    /// To the question before.
    BackToQuestion,
    /// Assemble now.
    Finish,
    /// Assemble.
    Assemble,
    /// One more question.
    OneMore,
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
    /// The case has no results yet.
    NoEarlier,
    /// Acknowledged.
    Seen,
    /// Kept.
    Noted,
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
