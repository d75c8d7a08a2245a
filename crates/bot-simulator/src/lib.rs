#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod ask;
pub mod button;
pub mod cases;
pub mod debrief;
#[warn(clippy::wildcard_enum_match_arm)]
pub mod engine;
#[warn(clippy::wildcard_enum_match_arm)]
pub mod flow;
pub mod outside;
pub mod texts;
pub mod trend;
pub mod wish;
pub mod words;

pub use flow::{Simulator, State};
