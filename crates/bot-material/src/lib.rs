#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

#[warn(clippy::wildcard_enum_match_arm)]
pub mod frame;
pub mod pile;
pub mod quotes;
pub mod reading;
pub mod reply;
pub mod words;

pub use pile::{CHARS, Count, FileRead, PIECES, Part, Piece, Pile, Refused, is_question};
pub use quotes::Quotable;
pub use reading::{FileWish, ReadingWish, SeenSign, Signs, WasRead};
