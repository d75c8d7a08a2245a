//! Tests of Screen's bank, engine and report.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bank;
mod engine;
#[path = "../../examples/calibrate/figures.rs"]
#[allow(dead_code)]
mod figures;
mod prompts;
mod replies;
mod report;
#[path = "../../examples/calibrate/respondents.rs"]
#[allow(dead_code)]
mod respondents;
mod scale;
mod sessions;
