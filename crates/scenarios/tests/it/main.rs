//! The four real services over a real Postgres, with stand-ins for Telegram and Claude.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod canary;
mod chats;
mod conceptualizator;
mod deaths;
mod delivery;
mod faults;
mod foreign;
mod guide;
mod interpretator;
mod limits;
mod mending;
mod operations;
mod programs;
mod simulator;
mod steps;
mod taking_along;
mod telemetry;
