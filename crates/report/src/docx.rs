//! Word documents: A4, a plain font that exists everywhere, no active content.
mod finish;
mod styles;
mod write;

use docx_rs::{Docx, Footer, PageMargin, RunFonts};

use crate::ReportError;
pub use crate::artifact::{from_artifact, portrait};

/// Media type of a Word document.
pub const MIME: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// A document, top to bottom. No field carries a case label.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Document {
    /// The title.
    pub title: String,
    /// A line below it.
    pub subtitle: String,
    /// What the reader must know first.
    pub notice: String,
    /// The contents.
    pub blocks: Vec<Block>,
    /// At the foot of each page, before its number.
    pub footer: String,
    /// For the file's properties: RFC 3339, UTC, as `2026-03-01T12:00:00Z`.
    pub created_at: Option<String>,
}

/// A part of a document.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A heading of level 1 or 2.
    Heading(u8, String),
    /// Paragraphs, separated by line breaks.
    Paragraph(String),
    /// A remark in smaller letters.
    Note(String),
    /// A person's own words, set apart.
    Quote(String),
    /// A list.
    Bullets(Vec<String>),
    /// A list with numbers from 1.
    Numbered(Vec<String>),
    /// A table with a head that is repeated on each page. Line breaks in a cell are kept.
    Table {
        /// Head cells.
        head: Vec<String>,
        /// Rows of as many cells.
        rows: Vec<Vec<String>>,
        /// Widths in hundredths of the page, together 100.
        widths: Vec<usize>,
    },
    /// A box that is read first.
    Callout {
        /// How loud it is.
        tone: Tone,
        /// Its title.
        title: String,
        /// Its lines.
        lines: Vec<Line>,
    },
    /// A picture.
    Picture {
        /// PNG bytes.
        png: Vec<u8>,
        /// Width in pixels, 96 to an inch; the page holds 642.
        width_px: u32,
        /// Height in pixels.
        height_px: u32,
        /// What it shows, for those who cannot see it.
        alt: String,
    },
}

/// How loud a box is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Something must be looked at before all else.
    Attention,
    /// To be read first, without alarm. It does not say that all is well.
    Plain,
}

/// A line of a box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// In bold before the text.
    pub label: Option<String>,
    /// The text.
    pub text: String,
}

impl Line {
    /// A line with a label.
    pub fn named(label: impl Into<String>, text: impl Into<String>) -> Self {
        Self { label: Some(label.into()), text: text.into() }
    }

    /// A line without one.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { label: None, text: text.into() }
    }
}

/// The document's bytes. The same document gives the same bytes.
///
/// # Errors
/// [`ReportError::Picture`] when a picture is no PNG, [`ReportError::Document`] when the library refuses.
pub fn document(document: &Document) -> Result<Vec<u8>, ReportError> {
    let font = RunFonts::new().ascii(styles::FONT).hi_ansi(styles::FONT).cs(styles::FONT).east_asia(styles::FONT);
    let margin = PageMargin::new().top(1134).bottom(1247).left(1134).right(1134).header(567).footer(624);
    let mut docx = Docx::new()
        .default_fonts(font)
        .default_size(21)
        .page_size(11906, 16838)
        .page_margin(margin)
        .footer(Footer::new().add_paragraph(write::footer(&document.footer)));
    if let Some(at) = &document.created_at {
        docx = docx.created_at(at).updated_at(at);
    }
    let mut writer = write::Writer::new(styles::add_all(docx));
    writer.head(document);
    for block in &document.blocks {
        writer.block(block)?;
    }
    finish::pack(writer)
}
