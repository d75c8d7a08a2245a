//! The material of a run: texts and files in the order in which they came.
use bot_kit::Attachment;
use serde::{Deserialize, Serialize};

use crate::reading::{FileWish, ReadingWish};

/// Most pieces of one material.
pub const PIECES: usize = 20;
/// Most characters of one material's texts, captions and documents together.
pub const CHARS: usize = 40_000;
/// Bytes of a picture at most (10 MB).
const PICTURE_BYTES: u64 = 10 * 1024 * 1024;
/// Bytes of a document at most (5 MB).
const DOCUMENT_BYTES: u64 = 5 * 1024 * 1024;
/// Longest text that may be a question to the bot.
const QUESTION_CHARS: usize = 120;

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

/// A part of the material as it is worked with.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Words of a message or a caption.
    Words(String),
    /// The text of a document.
    Document {
        /// The text.
        text: String,
        /// There was more of it.
        truncated: bool,
    },
    /// A picture, as a model described it.
    Picture {
        /// The description.
        description: String,
        /// What was written under it.
        caption: Option<String>,
    },
}

// Sizes only: what people bring is clinical.

impl std::fmt::Debug for Piece {
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

impl std::fmt::Debug for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Words(text) => write!(f, "Words[{}]", text.len()),
            Self::Document { text, truncated } => write!(f, "Document[{}] truncated: {truncated}", text.len()),
            Self::Picture { description, .. } => write!(f, "Picture[{}]", description.len()),
        }
    }
}

/// Why something cannot be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// A file is too large.
    TooLarge {
        /// A picture.
        picture: bool,
    },
    /// There are too many pieces.
    TooMany,
    /// There are too many characters.
    TooLong,
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

/// The material.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Pile {
    /// What was brought, in order.
    pub pieces: Vec<Piece>,
    /// The album of the newest file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub album: Option<String>,
}

impl Pile {
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
        pieces.sum()
    }

    /// Whether something was not read yet.
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

    /// The descriptions of the pictures, in order.
    pub fn descriptions(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::File { read: Some(FileRead::Picture { description }), .. } => Some(description.as_str()),
            Piece::File { .. } | Piece::Words { .. } => None,
        })
    }

    /// Why so many more characters cannot be added, if they cannot. `besides` is what counts too and is kept elsewhere.
    #[must_use]
    pub fn no_room(&self, chars: usize, besides: usize) -> Option<Refused> {
        if self.pieces.len() >= PIECES {
            return Some(Refused::TooMany);
        }
        (self.chars() + besides + chars > CHARS).then_some(Refused::TooLong)
    }

    /// Adds a text.
    pub fn add_words(&mut self, text: String) {
        self.pieces.push(Piece::Words { text, read: false });
    }

    /// Adds a file that is still to be read, unless it is too large by its sender's word. `true`: it belongs to the album of the
    /// file before it. `photo`: it came as a photo.
    ///
    /// # Errors
    /// [`Refused`]; nothing was added.
    pub fn add_file(&mut self, file: Attachment, photo: bool, besides: usize) -> Result<bool, Refused> {
        let picture = photo || is_picture(&file);
        let limit = if picture { PICTURE_BYTES } else { DOCUMENT_BYTES };
        if file.size.is_some_and(|size| size > limit) {
            return Err(Refused::TooLarge { picture });
        }
        let caption = file.caption.filter(|caption| !caption.trim().is_empty());
        if let Some(refused) = self.no_room(caption.as_ref().map_or(0, |caption| caption.chars().count()), besides) {
            return Err(refused);
        }
        let same_album = file.album.is_some() && file.album == self.album;
        self.album = file.album;
        self.pieces.push(Piece::File { file: file.file, picture, caption, read: None });
        Ok(same_album)
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

    /// The material as it is worked with; what could not be read is left out.
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

    /// Everything that was not read yet, as a wish; its words count as asked for.
    pub fn take_unread(&mut self, serial: u32, locale: domain::Locale) -> ReadingWish {
        let mut wish = ReadingWish { serial, locale, files: Vec::new(), words: Vec::new() };
        for (at, piece) in self.pieces.iter_mut().enumerate() {
            match piece {
                Piece::Words { text, read } if !*read => {
                    *read = true;
                    wish.words.push(text.clone());
                }
                Piece::File { file, picture, caption, read: None } => {
                    wish.files.push(FileWish { at, file: file.clone(), picture: *picture, caption: caption.clone() });
                }
                Piece::Words { .. } | Piece::File { .. } => {}
            }
        }
        wish
    }

    /// The words of a reading that did not come about are to be read again.
    pub fn unread_again(&mut self) {
        for piece in &mut self.pieces {
            if let Piece::Words { read, .. } = piece {
                *read = false;
            }
        }
    }

    /// Keeps what was in the files, by their place. Files that cannot be read go, unless something was written under them; their
    /// numbers, from 1, and codes come back.
    pub fn keep_read(&mut self, files: Vec<(usize, FileRead)>) -> Vec<(usize, String)> {
        let mut refused = Vec::new();
        for (at, found) in files {
            if let FileRead::Unreadable { code } = &found {
                refused.push((at + 1, code.clone()));
            }
            if let Some(Piece::File { read, .. }) = self.pieces.get_mut(at) {
                *read = Some(found);
            }
        }
        self.pieces.retain(|piece| !matches!(piece, Piece::File { read: Some(FileRead::Unreadable { .. }), caption: None, .. }));
        refused
    }
}

/// What the sender says it is; the reader looks at the bytes.
fn is_picture(file: &Attachment) -> bool {
    let name = file.name.as_deref().unwrap_or_default().to_lowercase();
    file.mime.as_deref().is_some_and(|mime| mime.starts_with("image/"))
        || [".jpg", ".jpeg", ".png", ".webp"].iter().any(|ending| name.ends_with(ending))
}

/// Whether a text is a question to the bot and not material: one short sentence that asks.
#[must_use]
pub fn is_question(words: &str) -> bool {
    let words = words.trim();
    words == "?" || (words.ends_with('?') && words.chars().count() <= QUESTION_CHARS && !words.contains(['\n', '.', '!', ';']))
}
