//! `/v1` as other programs meet it.
mod artifacts;
mod description;
mod links;
mod practice;
pub mod scene;
mod usage;
