#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod bank;
pub mod button;
pub mod collected;
pub mod engine;
#[warn(clippy::wildcard_enum_match_arm)]
pub mod flow;
pub mod report;
pub mod texts;
pub mod wording;

pub use flow::{Ready, ReportReady, Screen, State, portrait_messages, unfinished};
