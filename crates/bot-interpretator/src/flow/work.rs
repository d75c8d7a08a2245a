//! What a chat remembers of an interpretation.
use bot_kit::Attachment;
use domain::{ArtifactId, CaseId, DangerCategory, DangerLevel, DangerSource, OutboxId, RunId, lexicon::Sign};
use serde::{Deserialize, Serialize};

use crate::material::{Answered, Part, Reply};

/// Most pieces of one material.
pub const PIECES: usize = 20;
/// Most characters of one material's texts, captions, documents and corrections together.
pub const CHARS: usize = 40_000;

/// An interpretation that goes on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Work {
    /// Which run.
    pub run: RunId,
    /// Of which case.
    pub case: CaseId,
    /// The link's parameter it was opened with, to know the same link again.
    pub token: String,
    /// Where the dialogue stands.
    pub stage: Stage,
    /// What was brought, in order.
    pub pieces: Vec<Piece>,
    /// What the specialist put right in the descriptions of pictures.
    #[serde(default)]
    pub corrections: Vec<String>,
    /// The questions, once there are any.
    #[serde(default)]
    pub questions: Vec<Asked>,
    /// The questions were asked: answered, or left by choice.
    #[serde(default)]
    pub asked: bool,
    /// Earlier results of the case that are to be known.
    #[serde(default)]
    pub earlier: Vec<ArtifactId>,
    /// Signs of danger in the material, each once.
    #[serde(default)]
    pub signs: Vec<SeenSign>,
    /// A model has read all texts for signs of danger.
    #[serde(default = "yes")]
    pub assessed: bool,
    /// How many jobs were asked for: only the answer to the newest one counts.
    #[serde(default)]
    pub serial: u32,
    /// How often a result was asked for.
    #[serde(default)]
    pub tries: u32,
    /// Our message that may be edited next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<OutboxId>,
    /// The album of the newest file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub album: Option<String>,
    /// Words that looked like a question to us and were not taken as material.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubted: Option<String>,
}

fn yes() -> bool {
    true
}

/// Where an interpretation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Material is awaited.
    Collecting,
    /// The worker reads the material.
    Reading,
    /// The descriptions of the pictures are to be confirmed.
    Describing,
    /// The worker thinks of questions.
    Preparing,
    /// A question is on the screen.
    Asking,
    /// The worker interprets.
    Interpreting,
    /// The worker could not go on; it is asked again when the specialist wants.
    Stuck(Task),
}

/// What the worker is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// Read the material.
    Reading,
    /// Interpret it.
    Result,
}

/// A piece of the material.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Piece {
    /// A text.
    Words {
        /// As it was written.
        text: String,
        /// A model has read it for signs of danger, or was asked to.
        #[serde(default)]
        read: bool,
    },
    /// A file.
    File {
        /// Telegram's id of it.
        file: String,
        /// A picture by its sender's word; the reader decides.
        picture: bool,
        /// What was written under it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        caption: Option<String>,
        /// What was in it, once it was read.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        read: Option<FileRead>,
    },
}

/// What was in a file.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum FileRead {
    /// A document's text.
    Text {
        /// The text.
        text: String,
        /// There was more of it.
        truncated: bool,
    },
    /// A picture.
    Picture {
        /// What is to be seen on it.
        description: String,
    },
    /// It cannot be read.
    Unreadable {
        /// Why: a code of the reader.
        code: String,
    },
}

impl std::fmt::Debug for Piece {
    /// Sizes only: what people bring is clinical.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Words { text, .. } => write!(f, "Words[{}]", text.len()),
            Self::File { picture, read, .. } => write!(f, "File {{ picture: {picture}, read: {read:?} }}"),
        }
    }
}

impl std::fmt::Debug for FileRead {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text { text, truncated } => write!(f, "Text[{}] truncated: {truncated}", text.len()),
            Self::Picture { description } => write!(f, "Picture[{}]", description.len()),
            Self::Unreadable { code } => write!(f, "Unreadable({code})"),
        }
    }
}

/// A question and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    /// The question.
    pub question: String,
    /// The answer; none while it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Reply>,
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
    /// As the worker takes it.
    #[must_use]
    pub fn sign(self) -> (Sign, DangerSource) {
        (Sign { category: self.category, level: self.level }, self.source)
    }
}

impl Work {
    /// An interpretation that begins.
    #[must_use]
    pub fn new(run: RunId, case: CaseId, token: String) -> Self {
        Self {
            run,
            case,
            token,
            stage: Stage::Collecting,
            pieces: Vec::new(),
            corrections: Vec::new(),
            questions: Vec::new(),
            asked: false,
            earlier: Vec::new(),
            signs: Vec::new(),
            assessed: true,
            serial: 0,
            tries: 0,
            message: None,
            album: None,
            doubted: None,
        }
    }

    /// Characters of everything that was written or read so far.
    #[must_use]
    pub fn chars(&self) -> usize {
        let pieces = self.pieces.iter().map(|piece| match piece {
            Piece::Words { text, .. } => text.chars().count(),
            Piece::File { caption, read, .. } => {
                caption.as_ref().map_or(0, |caption| caption.chars().count())
                    + match read {
                        Some(FileRead::Text { text, .. }) => text.chars().count(),
                        Some(FileRead::Picture { .. } | FileRead::Unreadable { .. }) | None => 0,
                    }
            }
        });
        pieces.sum::<usize>() + self.corrections.iter().map(|text| text.chars().count()).sum::<usize>()
    }

    /// Whether something of the material was not read yet.
    #[must_use]
    pub fn has_unread(&self) -> bool {
        self.pieces.iter().any(|piece| match piece {
            Piece::Words { read, .. } => !read,
            Piece::File { read, .. } => read.is_none(),
        })
    }

    /// Whether a file was not read yet.
    #[must_use]
    pub fn has_unread_files(&self) -> bool {
        self.pieces.iter().any(|piece| matches!(piece, Piece::File { read: None, .. }))
    }

    /// Whether there is a picture whose description can be shown.
    #[must_use]
    pub fn has_pictures(&self) -> bool {
        self.descriptions().next().is_some()
    }

    /// The descriptions of the pictures, in order.
    pub fn descriptions(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::File { read: Some(FileRead::Picture { description }), .. } => Some(description.as_str()),
            Piece::File { .. } | Piece::Words { .. } => None,
        })
    }

    /// Adds a text.
    pub fn add_words(&mut self, text: String) {
        self.pieces.push(Piece::Words { text, read: false });
    }

    /// Adds a file that is still to be read.
    pub fn add_file(&mut self, file: Attachment, picture: bool) {
        let caption = file.caption.filter(|caption| !caption.trim().is_empty());
        self.pieces.push(Piece::File { file: file.file, picture, caption, read: None });
    }

    /// How many texts, pictures and documents there are.
    #[must_use]
    pub fn count(&self) -> Count {
        self.pieces.iter().fold(Count::default(), |mut count, piece| {
            match piece {
                Piece::Words { .. } => count.texts += 1,
                Piece::File { picture: true, .. } => count.pictures += 1,
                Piece::File { picture: false, .. } => count.documents += 1,
            }
            count
        })
    }

    /// The material as the worker takes it; what could not be read is left out.
    #[must_use]
    pub fn parts(&self) -> Vec<Part> {
        let mut parts = Vec::new();
        for piece in &self.pieces {
            match piece {
                Piece::Words { text, .. } => parts.push(Part::Words(text.clone())),
                Piece::File { caption, read: Some(FileRead::Picture { description }), .. } => {
                    parts.push(Part::Picture { description: description.clone(), caption: caption.clone() });
                }
                Piece::File { caption, read: Some(FileRead::Text { text, truncated }), .. } => {
                    parts.extend(caption.clone().map(Part::Words));
                    parts.push(Part::Document { text: text.clone(), truncated: *truncated });
                }
                Piece::File { caption, .. } => parts.extend(caption.clone().map(Part::Words)),
            }
        }
        parts
    }

    /// The questions that were answered, with their answers.
    #[must_use]
    pub fn answers(&self) -> Vec<Answered> {
        let answered = self.questions.iter().filter_map(|asked| {
            let answer = asked.answer.clone()?;
            Some(Answered { question: asked.question.clone(), answer })
        });
        answered.collect()
    }

    /// The question that is open, from 0.
    #[must_use]
    pub fn open_question(&self) -> Option<usize> {
        self.questions.iter().position(|asked| asked.answer.is_none())
    }

    /// Remembers signs and returns those that are new.
    pub fn remember(&mut self, signs: impl IntoIterator<Item = SeenSign>) -> Vec<SeenSign> {
        let mut new = Vec::new();
        for sign in signs {
            // A kind that was told as urgent is not told again as elevated.
            let told = self.signs.iter().any(|seen| seen.category == sign.category && seen.level <= sign.level);
            if !told {
                self.signs.push(sign);
                new.push(sign);
            }
        }
        new
    }
}

/// How much there is of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// Texts.
    pub texts: usize,
    /// Pictures.
    pub pictures: usize,
    /// Documents.
    pub documents: usize,
}

impl Count {
    /// Whether there is nothing.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self == Self::default()
    }
}
