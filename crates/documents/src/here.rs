//! Reading in this very process.
use crate::{Hint, Kind, Limits, Read, Unreadable, docx, kind::is_polyglot, pdf, picture, txt};

/// Reads a file right here, without a child: for the child itself and for tests. The limits of [`crate::Confinement`] do not hold,
/// so bytes of strangers go through [`crate::Reader`].
///
/// # Errors
/// [`Unreadable`], never the three decisions that only a parent can make.
pub fn read_here(bytes: Vec<u8>, hint: Hint, limits: &Limits) -> Result<Read, Unreadable> {
    check_size(&bytes, limits)?;
    let read = match Kind::by_magic(&bytes) {
        Some(kind) if is_polyglot(kind, &bytes) => Err(Unreadable::NotSupported { expected: None }),
        Some(Kind::Docx) => docx::read(&bytes, limits),
        Some(Kind::Pdf) => pdf::read(bytes, limits),
        Some(kind @ (Kind::Jpeg | Kind::Png | Kind::Webp)) => picture::read(kind, &bytes, limits),
        Some(Kind::Txt) | None if docx::is_encrypted(&bytes) => Err(Unreadable::Encrypted),
        Some(Kind::Txt) | None => txt::read(&bytes, limits),
    };
    read.map_err(|decision| match decision {
        Unreadable::NotSupported { .. } => Unreadable::NotSupported { expected: hint.expected },
        other => other,
    })
}

/// What can be refused without looking into the file, in the parent too.
pub(crate) fn check_size(bytes: &[u8], limits: &Limits) -> Result<(), Unreadable> {
    if bytes.is_empty() {
        return Err(Unreadable::Empty);
    }
    let picture = Kind::by_magic(bytes).is_some_and(Kind::is_picture);
    let most = if picture { limits.picture_bytes } else { limits.document_bytes };
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if length > most { Err(Unreadable::TooLarge) } else { Ok(()) }
}
