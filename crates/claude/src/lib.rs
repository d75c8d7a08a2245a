//! A thin, strict client for Claude's Messages API. Each failure is a decision for the caller; no foreign text is inside one.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod answer;
mod client;
mod request;

pub use answer::{Answer, Failure, Usage};
pub use client::{Claude, ClaudeConfig};
pub use request::{Block, Reply, Request, Role, SystemBlock, Turn, fingerprint};
