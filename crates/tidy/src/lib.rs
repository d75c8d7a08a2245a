//! Fences: architecture by absence. What a crate must never reach is read from the dependency graph; what a text must never
//! say is read from the sources; what a named person must approve is read from `clinical/APPROVALS.toml`.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod approvals;
mod graph;
mod sources;

use std::path::Path;

pub use graph::Graph;

/// Everything that is broken, a sentence each; empty when all fences hold.
///
/// # Errors
/// When the workspace cannot be read.
pub fn broken(root: &Path) -> anyhow::Result<Vec<String>> {
    let graph = Graph::of(root)?;
    let mut found = graph.broken();
    found.extend(sources::broken(root)?);
    found.extend(approvals::broken(root)?);
    Ok(found)
}

/// Enters changed and new clinical content into `clinical/APPROVALS.toml` as drafts. Returns what was entered.
///
/// # Errors
/// When the list cannot be read or written.
pub fn renew_drafts(root: &Path) -> anyhow::Result<Vec<String>> {
    approvals::renew(root)
}
