//! The guide: what it knows, what a model is sent, and what of its replies is taken.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "../../../test-kit/src/injections.rs"]
mod injections;
mod knowledge;
mod prompts;
