#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

#[warn(clippy::wildcard_enum_match_arm)]
pub mod door;
#[cfg(test)]
mod tests;
pub mod texts;

pub use door::{Door, Tool};
