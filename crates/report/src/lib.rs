//! Results as documents and pictures. Pure: what comes in decides every byte that goes out, but for times a library puts into
//! a file.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod artifact;
pub mod docx;
pub mod png;

/// Why a document or a picture could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReportError {
    /// The document's library refused.
    #[error("the document could not be written")]
    Document,
    /// The picture's library refused.
    #[error("the picture could not be drawn")]
    Picture,
    /// The font that is part of the program cannot be used.
    #[error("the font is missing")]
    Font,
}
