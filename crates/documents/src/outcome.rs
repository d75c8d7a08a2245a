//! What came of a file.
use crate::Kind;

/// What was in a file. Nothing of the file itself is left: the text is plain, the picture is a new one.
#[derive(Clone, PartialEq, Eq)]
pub enum Read {
    /// A document's text.
    Text {
        /// Lines end with `\n`; there are no control characters but `\n` and `\t`.
        text: String,
        /// How many pages the document has, where its format says so.
        pages: Option<u32>,
        /// There was more than [`crate::Limits::text_chars`]: the rest was left out.
        truncated: bool,
    },
    /// A picture, decoded and encoded again: upright, without metadata.
    Picture {
        /// The picture as JPEG.
        jpeg: Vec<u8>,
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
    },
}

impl std::fmt::Debug for Read {
    /// Sizes only: what people send is clinical.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text { text, pages, truncated } => {
                write!(out, "Text {{ bytes: {}, pages: {pages:?}, truncated: {truncated} }}", text.len())
            }
            Self::Picture { jpeg, width, height } => write!(out, "Picture {{ bytes: {}, {width}×{height} }}", jpeg.len()),
        }
    }
}

/// Why a file was not read, as a decision. Holds nothing of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Unreadable {
    /// No bytes, or nothing but space.
    #[error("the file is empty")]
    Empty,
    /// More bytes than its kind may have.
    #[error("the file is too large")]
    TooLarge,
    /// More pages than a document may have.
    #[error("the document has too many pages")]
    TooManyPages,
    /// More pixels than a picture may have.
    #[error("the picture has too many pixels")]
    TooManyPixels,
    /// Not one of the kinds that are read, or two kinds at once.
    #[error("the kind of file is not supported")]
    NotSupported {
        /// What its name or its type promised, if it was one of ours.
        expected: Option<Kind>,
    },
    /// It opens with a password only.
    #[error("the document is encrypted")]
    Encrypted,
    /// A document of pictures: scanned, or its letters cannot be told.
    #[error("the document has no text")]
    NoText,
    /// Broken, or cut short.
    #[error("the file is damaged")]
    Damaged,
    /// An archive that would become far larger than it is, or has too many entries.
    #[error("the archive is a bomb")]
    ZipBomb,
    /// An XML part declares a document type: no writer of documents does, and entities can be bombs.
    #[error("the document declares a document type")]
    Dtd,
    /// The child used up its time.
    #[error("reading took too long")]
    TookTooLong,
    /// The child died: no memory, or a fault of a library.
    #[error("reading was given up")]
    GaveUp,
    /// The child could not be started or confined. The machine's fault, not the file's: try again.
    #[error("reading is not available")]
    Unavailable,
}

impl Unreadable {
    /// Every decision, for tables of texts and for tests.
    pub const ALL: [Self; 13] = [
        Self::Empty,
        Self::TooLarge,
        Self::TooManyPages,
        Self::TooManyPixels,
        Self::NotSupported { expected: None },
        Self::Encrypted,
        Self::NoText,
        Self::Damaged,
        Self::ZipBomb,
        Self::Dtd,
        Self::TookTooLong,
        Self::GaveUp,
        Self::Unavailable,
    ];

    /// A stable word for rows and logs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLarge => "too_large",
            Self::TooManyPages => "too_many_pages",
            Self::TooManyPixels => "too_many_pixels",
            Self::NotSupported { .. } => "not_supported",
            Self::Encrypted => "encrypted",
            Self::NoText => "no_text",
            Self::Damaged => "damaged",
            Self::ZipBomb => "zip_bomb",
            Self::Dtd => "dtd",
            Self::TookTooLong => "took_too_long",
            Self::GaveUp => "gave_up",
            Self::Unavailable => "unavailable",
        }
    }

    /// The decision of a code, with what was expected of the file.
    pub(crate) fn of_code(code: &str, expected: Option<Kind>) -> Option<Self> {
        let found = Self::ALL.into_iter().find(|decision| decision.code() == code)?;
        Some(if matches!(found, Self::NotSupported { .. }) { Self::NotSupported { expected } } else { found })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_code_is_one_decision() {
        let codes: BTreeSet<_> = Unreadable::ALL.into_iter().map(Unreadable::code).collect();
        assert_eq!(codes.len(), Unreadable::ALL.len());
        for decision in Unreadable::ALL {
            assert_eq!(Unreadable::of_code(decision.code(), None), Some(decision));
        }
        let promised = Unreadable::NotSupported { expected: Some(Kind::Pdf) };
        assert_eq!(Unreadable::of_code("not_supported", Some(Kind::Pdf)), Some(promised));
        assert_eq!(Unreadable::of_code("fine", None), None);
    }

    #[test]
    fn nothing_of_a_file_is_printed() {
        let text = Read::Text { text: "Мне снится".into(), pages: None, truncated: false };
        assert_eq!(format!("{text:?}"), "Text { bytes: 19, pages: None, truncated: false }");
        let picture = Read::Picture { jpeg: vec![7; 3], width: 2, height: 1 };
        assert_eq!(format!("{picture:?}"), "Picture { bytes: 3, 2×1 }");
    }
}
