//! The nouns of PsycheOS: ids, Stars, roles, services, locales, the artifact contract, the language policy and the danger
//! lexicon. Pure: no async, no IO, no clock, no randomness.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod ids;
mod layer;
mod nouns;

pub mod artifact;
pub mod lexicon;
pub mod policy;
pub mod resources;
#[cfg(feature = "schema")]
pub mod schema;
pub mod whole;

pub use ids::*;
pub use layer::Layer;
pub use nouns::*;
