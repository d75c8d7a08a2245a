#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod answer;
mod client;
mod failure;
mod request;
mod schema;

pub use answer::{Answer, Usage};
pub use client::{Claude, ClaudeConfig, ConfigError};
pub use failure::Failure;
pub use request::{Block, Reply, Request, Role, SystemBlock, Turn, fingerprint};
