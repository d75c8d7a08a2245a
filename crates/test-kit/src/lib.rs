#![doc = include_str!("../README.md")]
#![allow(clippy::disallowed_methods, reason = "it passes the environment on to the programs it starts")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod database;
mod guard;
mod http;
mod injections;
mod pgbouncer;
mod postgres;
mod proxy;
mod rewrite;
mod services;
mod setting;
mod shared;
mod system;

pub use database::{TestDb, connect, open_logins};
pub use guard::{Guard, StopSignal};
pub use http::is_ready;
pub use injections::{Injection, Place, injections};
pub use pgbouncer::PgBouncer;
pub use postgres::Postgres;
pub use proxy::{Fault, Proxy};
pub use services::{SERVICES, Services, binary_dir};
pub use setting::{BOTS, BotIdentity, Endpoint, Setting};
pub use system::{free_port, memory_kib};

/// The superuser of every server this crate starts.
pub const ADMIN: &str = "psycheos_admin";

/// Database roles of the four services, in the order api, worker, sender, cron. Migrations create them without login;
/// [`open_logins`] lets them in.
pub const ROLES: [&str; 4] = ["psy_api", "psy_worker", "psy_sender", "psy_cron"];

/// The password of [`ROLES`] on local servers, which trust everybody who can reach them anyway.
pub const PASSWORD: &str = "local";
