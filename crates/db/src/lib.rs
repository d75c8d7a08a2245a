//! The only crate that knows Diesel: connection, pool, migrations, one module per subject of the data model.
//!
//! Functions take a [`PgConn`]; only the turn, the queues, the interface for other programs and ops open transactions
//! ([`Pool::begin`]). Names: `find_` gives an option, `get_` fails when absent, `list_` is bounded, `lock_` locks,
//! `claim_`/`finish_`/`release_` work with leases.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod conn;
mod death;
mod error;
mod migrate;
mod pool;
mod ready;
mod url;

pub mod alerts;
pub mod artifacts;
pub mod audit;
pub mod cases;
pub mod chat;
pub mod checkup;
pub mod erasures;
pub mod export;
pub mod invites;
pub mod jobs;
pub mod keys;
pub mod links;
pub mod llm;
pub mod mending;
pub mod money;
pub mod nudges;
pub mod outbox;
pub mod passes;
pub mod payments;
pub mod people;
pub mod results;
pub mod schema;
pub mod screening;
pub mod service_keys;
pub mod sweeps;
pub mod training;
pub mod usage;
pub mod vitals;
pub mod wake;
pub mod wallets;
pub mod webhooks;

pub use conn::PgConn;
pub use death::death_point;
pub use error::DbError;
pub use keys::{KeyOwner, Keyring};
pub use migrate::{NEWEST, migrate};
pub use pool::{Pool, Pooled, Tx};
pub use ready::{check_ready, now, sha256_hex};
