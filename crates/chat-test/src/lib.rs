#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod care;
mod closing;
mod conceptualizing;
mod facts;
mod guiding;
mod interpreting;
mod memory;
mod money;
mod passes;
mod replies;
mod runs;
mod script;
mod training;
mod worker;

pub use memory::Memory;
pub use script::{Drive, Seen, Stage, file, is_photo, normal, replay, reply, stories, words_reply};
