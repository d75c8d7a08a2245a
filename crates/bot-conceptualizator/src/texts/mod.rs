//! Everything Conceptualizator can say, in one exhaustive match per language: a missing translation does not compile.
mod en;
mod ru;

use bot_kit::Html;
use bot_material::{Count, Refused, frame::OwnText};
use domain::{DangerCategory, Locale};

use crate::{
    flow::{Stage, Task},
    model::{Card, Flag, FlagAnswer, Gap, Status},
};

/// A message.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Text<'a> {
    /// What every tool says, in words of this one.
    Frame(OwnText<'a>),
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
    /// Pictures are for another tool.
    NoPictures,
    /// Stickers and the like.
    OnlyThese,
    /// Hypotheses are looked for.
    Extracting,
    /// An answer is being thought over.
    Thinking,
    /// The model is being assembled.
    Assembling,
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
    /// The same as a red flag.
    DangerFlag(DangerCategory),
    /// Help for a stage.
    Help(Stage),
}

/// A key.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Label {
    /// All is there.
    Ready,
    /// Past the question.
    Skip,
    /// There is nothing: questions come at once.
    FromNothing,
    /// What is worth describing.
    Checklist,
    /// Earlier results, with how many are chosen.
    Earlier(usize),
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
}

/// A line over the chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Toast {
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

impl Label {
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
