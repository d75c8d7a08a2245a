#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod ask;
pub mod cases;
pub mod debrief;
#[warn(clippy::wildcard_enum_match_arm)]
pub mod engine;
pub mod outside;
pub mod trend;
pub mod words;
