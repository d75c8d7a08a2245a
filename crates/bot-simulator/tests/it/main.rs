//! The engine, the library, and what of a model's replies is taken.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod cases;
mod changes;
mod debriefs;
#[path = "../../../test-kit/src/injections.rs"]
mod injections;
mod outside;
mod own_cases;
mod prompts;
mod properties;
mod scene;
mod scores;
mod sessions;
mod training;
mod transitions;
mod turns;
