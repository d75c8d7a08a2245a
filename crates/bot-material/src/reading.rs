//! What the worker is asked to read, what it answers, and signs of danger.
use domain::{DangerCategory, DangerLevel, DangerSource, Locale, lexicon, lexicon::Sign};
use serde::{Deserialize, Serialize};

use crate::pile::FileRead;

/// The material is to be read: files fetched, pictures described, texts looked through for signs of danger.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadingWish {
    /// Which job of its run it is.
    pub serial: u32,
    /// Language of the descriptions.
    pub locale: Locale,
    /// Files that were not read yet.
    pub files: Vec<FileWish>,
    /// Texts that no model has read yet.
    pub words: Vec<String>,
}

/// A file to be read.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileWish {
    /// Its place among the pieces of the material, from 0.
    pub at: usize,
    /// Telegram's id of it.
    pub file: String,
    /// A picture by its sender's word.
    pub picture: bool,
    /// What was written under it.
    pub caption: Option<String>,
}

/// What came of a reading.
#[derive(Debug, Clone, PartialEq)]
pub struct WasRead {
    /// What was in the files, by their place among the pieces.
    pub files: Vec<(usize, FileRead)>,
    /// Signs of danger that a model saw.
    pub signs: Vec<Sign>,
    /// A model has read all of it for signs of danger.
    pub assessed: bool,
}

/// A sign of danger that was seen in the material.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenSign {
    /// What it is about.
    pub category: DangerCategory,
    /// How urgent.
    pub level: DangerLevel,
    /// Who saw it.
    pub source: DangerSource,
}

impl SeenSign {
    /// A sign with who saw it.
    #[must_use]
    pub fn of(sign: Sign, source: DangerSource) -> Self {
        Self { category: sign.category, level: sign.level, source }
    }

    /// The sign, and who saw it.
    #[must_use]
    pub fn sign(self) -> (Sign, DangerSource) {
        (Sign { category: self.category, level: self.level }, self.source)
    }
}

/// Signs of danger of a run, each kind once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signs {
    /// In the order in which they were seen.
    pub seen: Vec<SeenSign>,
    /// A model has read all texts for signs besides the lexicon.
    pub assessed: bool,
}

impl Default for Signs {
    fn default() -> Self {
        Self { seen: Vec::new(), assessed: true }
    }
}

impl Signs {
    /// Remembers signs and returns those that are new. A kind that was seen as urgent is not new as elevated.
    pub fn remember(&mut self, signs: impl IntoIterator<Item = SeenSign>) -> Vec<SeenSign> {
        let mut new = Vec::new();
        for sign in signs {
            if !self.seen.iter().any(|seen| seen.category == sign.category && seen.level <= sign.level) {
                self.seen.push(sign);
                new.push(sign);
            }
        }
        new
    }

    /// Looks for signs in words, remembers them, and returns the new ones.
    pub fn look(&mut self, words: &str) -> Vec<SeenSign> {
        self.remember(lexicon::all_signs(words).into_iter().map(|sign| SeenSign::of(sign, DangerSource::Lexicon)))
    }

    /// Takes in a reading: the model's signs, and those the lexicon finds in documents.
    pub fn take(&mut self, read: &WasRead) -> Vec<SeenSign> {
        let mut new = self.remember(read.signs.iter().map(|sign| SeenSign::of(*sign, DangerSource::Model)));
        for (_, file) in &read.files {
            if let FileRead::Text { text, .. } = file {
                new.extend(self.look(text));
            }
        }
        self.assessed &= read.assessed;
        new
    }
}
