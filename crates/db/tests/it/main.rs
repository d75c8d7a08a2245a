//! The database as the services use it: a real Postgres, directly and through a real PgBouncer in transaction mode.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs)]

mod grants;
mod jobs;
mod ledger_model;
mod mending;
mod migrations;
mod money;
mod outbox;
mod passes;
mod payments;
mod pooling;
mod retention;
mod service_keys;
mod support;
mod training;
mod traps;
