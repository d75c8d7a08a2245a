//! `/v1` as other programs meet it.
mod artifacts;
mod description;
mod links;
mod practice;
mod scene;
mod usage;
