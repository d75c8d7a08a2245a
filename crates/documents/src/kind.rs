//! What a file is, by what stands in it.
use serde::{Deserialize, Serialize};

/// A kind of file that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Plain text.
    Txt,
    /// Word's document since 2007.
    Docx,
    /// PDF.
    Pdf,
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// WebP.
    Webp,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 6] = [Self::Txt, Self::Docx, Self::Pdf, Self::Jpeg, Self::Png, Self::Webp];

    /// A stable word for rows and logs, and the usual ending of a file's name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Txt => "txt",
            Self::Docx => "docx",
            Self::Pdf => "pdf",
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::Webp => "webp",
        }
    }

    /// Whether it becomes a picture and not text.
    #[must_use]
    pub const fn is_picture(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::Webp)
    }

    /// What the first bytes promise; `Docx` stands for any ZIP archive here, and text has no mark.
    pub(crate) fn by_magic(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(b"\xFF\xD8\xFF") {
            Some(Self::Jpeg)
        } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            Some(Self::Png)
        } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
            Some(Self::Webp)
        } else if bytes.starts_with(b"%PDF-") {
            Some(Self::Pdf)
        } else if bytes.starts_with(b"PK\x03\x04") {
            Some(Self::Docx)
        } else {
            None
        }
    }
}

/// What a file's name and type promise. They never decide how it is read; the name itself is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hint {
    /// The kind that was promised, if it is one that is read.
    pub expected: Option<Kind>,
}

impl Hint {
    /// From the name and the MIME type that came with a file; the name's ending is believed before the type.
    #[must_use]
    pub fn of(file_name: Option<&str>, mime: Option<&str>) -> Self {
        let ending = file_name.and_then(|name| name.rsplit_once('.')).map(|(_, ending)| ending.to_lowercase());
        let by_name = match ending.as_deref() {
            Some("txt" | "text" | "md") => Some(Kind::Txt),
            Some("docx") => Some(Kind::Docx),
            Some("pdf") => Some(Kind::Pdf),
            Some("jpg" | "jpeg") => Some(Kind::Jpeg),
            Some("png") => Some(Kind::Png),
            Some("webp") => Some(Kind::Webp),
            _ => None,
        };
        let by_mime = || match mime.and_then(|mime| mime.split(';').next()).map(str::trim) {
            Some("text/plain" | "text/markdown") => Some(Kind::Txt),
            Some("application/vnd.openxmlformats-officedocument.wordprocessingml.document") => Some(Kind::Docx),
            Some("application/pdf") => Some(Kind::Pdf),
            Some("image/jpeg") => Some(Kind::Jpeg),
            Some("image/png") => Some(Kind::Png),
            Some("image/webp") => Some(Kind::Webp),
            _ => None,
        };
        Self { expected: by_name.or_else(by_mime) }
    }
}

/// Readers look for a PDF's mark in so many bytes from the beginning.
const PDF_MARK_WITHIN: usize = 1024;

/// Whether the bytes are a second kind besides the one their beginning says: another program would see another file in them.
pub(crate) fn is_polyglot(kind: Kind, bytes: &[u8]) -> bool {
    let beginning = bytes.get(..PDF_MARK_WITHIN).unwrap_or(bytes);
    let pdf_inside = kind != Kind::Pdf && holds(beginning, b"%PDF-");
    pdf_inside || (kind != Kind::Docx && ends_as_zip(bytes))
}

/// Whether a ZIP archive ends where the file ends. Archives are read from their end, so one can be hung on to anything.
fn ends_as_zip(bytes: &[u8]) -> bool {
    const RECORD: usize = 22;
    const LONGEST_COMMENT: usize = 65_535;
    let from = bytes.len().saturating_sub(RECORD + LONGEST_COMMENT);
    let tail = bytes.get(from..).unwrap_or_default();
    tail.windows(RECORD).enumerate().any(|(at, record)| {
        let comment = record.last_chunk::<2>().map_or(0, |length| usize::from(u16::from_le_bytes(*length)));
        record.starts_with(b"PK\x05\x06") && at + RECORD + comment == tail.len()
    })
}

/// Whether the bytes hold the part.
pub(crate) fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_a_type_promise_a_kind() {
        let of = |name, mime| Hint::of(name, mime).expected;
        assert_eq!(of(Some("Сон.PDF"), None), Some(Kind::Pdf));
        assert_eq!(of(Some("сон.jpg"), Some("image/png")), Some(Kind::Jpeg));
        assert_eq!(of(Some("сон"), Some("text/plain; charset=utf-8")), Some(Kind::Txt));
        assert_eq!(of(Some("сон.exe"), None), None);
        assert_eq!(of(None, None), None);
    }

    #[test]
    fn an_archive_at_the_end_makes_a_second_kind() {
        let end = b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
        let picture = b"\xFF\xD8\xFF some bytes of a picture".to_vec();
        assert!(!is_polyglot(Kind::Jpeg, &picture));
        assert!(is_polyglot(Kind::Jpeg, &[picture.as_slice(), end].concat()));
        // The mark by chance, somewhere in the pixels.
        assert!(!is_polyglot(Kind::Jpeg, &[picture.as_slice(), end, b"more pixels"].concat()));
        assert!(is_polyglot(Kind::Png, b"\x89PNG\r\n\x1a\n %PDF-1.7"));
    }
}
