//! Everything Interpretator can say, in one exhaustive match per language: a missing translation does not compile.
mod en;
mod ru;

use bot_kit::Html;
use bot_material::{Count, Refused, frame::OwnText};
use domain::Locale;

use crate::flow::{Stage, Task};

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
    Collected(Count),
    /// The material is taken; stands where its keys were.
    Accepted(Count),
    /// Something cannot be added.
    Refused(Refused),
    /// Stickers and the like.
    OnlyThese,
    /// Questions are being made.
    Preparing,
    /// It is being interpreted.
    Interpreting,
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
    /// More is to come.
    More,
    /// Earlier results, with how many are chosen.
    Earlier(usize),
    /// The descriptions are right.
    Right,
    /// On.
    Onward,
    /// "I do not know."
    DontKnow,
    /// "I will ask the client."
    AskClient,
    /// Interpret now.
    Finish,
}

/// A line over the chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Toast {
    /// More can be sent.
    SendMore,
    /// Nothing was sent yet.
    NothingYet,
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
