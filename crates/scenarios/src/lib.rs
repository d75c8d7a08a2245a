//! The whole platform for a test: a database of its own, the stand-ins, the four services as processes. Stories of
//! `chat-test` are played on it unchanged.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod ear;
mod platform;
mod play;

pub use ear::{Ear, Heard};
pub use platform::Platform;
