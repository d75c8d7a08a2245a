//! Tests of Screen's bank, engine and report.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bank;
mod engine;
mod prompts;
mod replies;
mod report;
mod sessions;
