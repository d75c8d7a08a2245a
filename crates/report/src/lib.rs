#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod archive;
mod artifact;
pub mod docx;
mod file_name;
pub mod json;
pub mod png;
mod text;
pub mod txt;
mod words;

pub use file_name::file_name;

/// Why a document or a picture could not be made. None of these carries a person's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReportError {
    /// The document's library refused, or wrote something else than expected.
    #[error("the document could not be written")]
    Document,
    /// The picture's library refused, or what should be a PNG is none.
    #[error("the picture could not be drawn")]
    Picture,
    /// The font that is part of the program cannot be used, or lacks a letter.
    #[error("the font is missing or lacks a letter")]
    Font,
    /// A value of a profile is no number.
    #[error("a value of the profile is not a number")]
    NotANumber,
    /// An archive cannot be written.
    #[error("the archive could not be written")]
    Archive,
    /// An artifact cannot be written as JSON.
    #[error("the artifact could not be written as JSON")]
    Json,
}
