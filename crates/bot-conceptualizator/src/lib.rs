#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod ask;
pub mod button;
#[warn(clippy::wildcard_enum_match_arm)]
pub mod flow;
pub mod material;
pub mod model;
pub mod result;
pub mod texts;
pub mod wish;

pub use flow::{Conceptualizator, State};
