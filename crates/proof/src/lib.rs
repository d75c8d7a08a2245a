//! The platform is made to keep its promises: many people at once, with Telegram's limits on, and while services, links and servers
//! are taken away from under it.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod chaos;
pub mod checker;
pub mod dod;
pub mod ground;
pub mod load;
pub mod mutants;
pub mod people;
pub mod plan;
mod replies;
pub mod watch;
