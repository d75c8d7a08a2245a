//! PDF: pages are counted before any of them is read; then the letters that each page draws, put together to lines.
mod lines;

use hayro_interpret::{
    Context, InterpreterCache, InterpreterSettings,
    hayro_syntax::{LoadPdfError, Pdf},
    interpret_page,
    kurbo::{Affine, Rect},
};

use crate::{Limits, Read, Unreadable, bounded::Bounded, kind::holds};
use lines::Lines;

/// The mark of the end stands in so many bytes before it.
const END_WITHIN: usize = 4096;

/// Reads the text of every page. A document that opens without a password is read, whatever else its owner forbids.
pub(crate) fn read(bytes: Vec<u8>, limits: &Limits) -> Result<Read, Unreadable> {
    // The library mends a file that was cut, and gives half of it for the whole.
    let tail = bytes.get(bytes.len().saturating_sub(END_WITHIN)..).unwrap_or_default();
    if !holds(tail, b"%%EOF") {
        return Err(Unreadable::Damaged);
    }
    let pdf = Pdf::new(bytes).map_err(|error| match error {
        LoadPdfError::Decryption(_) => Unreadable::Encrypted,
        LoadPdfError::Invalid => Unreadable::Damaged,
    })?;
    let pages = u32::try_from(pdf.pages().len()).unwrap_or(u32::MAX);
    if pages == 0 {
        return Err(Unreadable::Damaged);
    }
    if pages > limits.pages {
        return Err(Unreadable::TooManyPages);
    }
    let mut lines = Lines::new(Bounded::new(limits.text_chars));
    let cache = InterpreterCache::new();
    for page in pdf.pages().iter() {
        // Only the order and distance of letters matter: the page is not drawn.
        let unit = Rect::new(0.0, 0.0, 1.0, 1.0);
        let mut context = Context::new(Affine::IDENTITY, unit, &cache, pdf.xref(), InterpreterSettings::default());
        interpret_page(page, &mut context, &mut lines);
        lines.end_page();
        if lines.is_full() {
            break;
        }
    }
    let (text, truncated) = lines.finish().ok_or(Unreadable::NoText)?;
    Ok(Read::Text { text, pages: Some(pages), truncated })
}
