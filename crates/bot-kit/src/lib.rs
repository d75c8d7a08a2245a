//! What a bot may see and say.
//!
//! A bot is a pure function `step(state, event, facts, scene) → Turn`. Everything that happened comes in as an [`Event`],
//! everything the flow must know as [`Facts`] it asked for by [`Need`], the moment, the person and fresh ids as a [`Scene`];
//! everything the bot does goes out as [`Effect`] values. No async, no IO, no clock, no randomness.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod ask;
mod console;
mod contacts;
mod danger_check;
mod effect;
mod event;
mod export;
mod facts;
mod health;
mod html;
mod job;
mod keyboard;
mod limits;
mod money;
mod plural;
pub mod prompt;
mod scene;
mod turn;

pub use ask::*;
pub use console::*;
pub use contacts::*;
pub use danger_check::*;
pub use effect::*;
pub use event::*;
pub use export::*;
pub use facts::*;
pub use health::*;
pub use html::*;
pub use job::*;
pub use keyboard::*;
pub use limits::*;
pub use money::*;
pub use plural::*;
pub use scene::*;
pub use turn::*;
