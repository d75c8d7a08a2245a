//! A thin transport to the Bot API. Status and raw body are read first, the typed result after (telegram.md, sections 2 and
//! 4), and every outcome is a decision: sent, not sent, refused, unknown.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod download;
mod outcome;
mod stars;
mod transport;

pub use download::DownloadFailure;
pub use outcome::{Failure, Refusal};
pub use stars::STAR_PAGE;
pub use transport::{Sent, Telegram, Token, Upload};
