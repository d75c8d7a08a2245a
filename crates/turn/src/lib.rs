//! The shell around the pure bots: it reads an update, opens the turn, answers the flow's needs, lets the flow decide, and
//! carries its effects out, all in one transaction (R7). No network call happens inside it.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod admin;
mod announce;
mod apply;
mod facts;
mod incoming;
mod letter;
mod limits;
mod render;
mod shell;

pub use announce::announce_result;
pub use apply::launch;
pub use incoming::{Happened, Incoming, Unreadable, read};
pub use letter::Letter;
pub use render::{document_params, edit_params, operator_message, send_params};
pub use shell::{Answer, Cause, Made, Reply, Shell, TurnError};
