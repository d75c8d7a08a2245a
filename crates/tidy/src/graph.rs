//! What a crate reaches.
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::Command,
};

use anyhow::{Context as _, ensure};
use serde_json::Value;

/// Crates without async, IO, clock or randomness.
const PURE: [&str; 11] = [
    "psycheos-domain",
    "psycheos-idempotency-key",
    "psycheos-bot-kit",
    "psycheos-bot-pro",
    "psycheos-bot-screen",
    "psycheos-bot-simulator",
    "psycheos-bot-material",
    "psycheos-bot-interpretator",
    "psycheos-bot-conceptualizator",
    "psycheos-bot-gate",
    "psycheos-report",
];
/// What a pure crate never reaches.
const IMPURE: [&str; 6] = ["tokio", "diesel", "reqwest", "actix-web", "rand", "tokio-postgres"];
/// What is used by the named crates only, directly.
const RESERVED: [(&str, &[&str]); 7] = [
    ("diesel", &["psycheos-db"]),
    ("diesel-async", &["psycheos-db"]),
    ("deadpool", &["psycheos-db"]),
    ("psycheos-claude", &["psycheos-worker"]),
    ("psycheos-documents", &["psycheos-worker", "psycheos-chat-test"]),
    ("psycheos-telegram", &["psycheos-sender", "psycheos-ops", "psycheos-worker"]),
    ("actix-web", &["psycheos-api", "psycheos-service", "psycheos-fake-telegram", "psycheos-fake-claude", "psycheos-playground"]),
];
/// What is never in an image.
const DEVELOPMENT: [&str; 9] = [
    "psycheos-bench",
    "psycheos-proof",
    "psycheos-fake-telegram",
    "psycheos-fake-claude",
    "psycheos-playground",
    "psycheos-test-kit",
    "psycheos-scenarios",
    "psycheos-chat-test",
    "psycheos-tidy",
];
/// What is deployed.
const SERVICES: [&str; 5] = ["psycheos-api", "psycheos-worker", "psycheos-sender", "psycheos-cron", "psycheos-ops"];

/// The graph of normal dependencies, by package name.
#[derive(Debug, Default)]
pub struct Graph {
    direct: BTreeMap<String, BTreeSet<String>>,
}

impl Graph {
    /// Asks cargo.
    ///
    /// # Errors
    /// When cargo cannot tell.
    pub fn of(root: &Path) -> anyhow::Result<Self> {
        let output = Command::new(env!("CARGO"))
            .args(["metadata", "--format-version", "1", "--locked"])
            .current_dir(root)
            .output()
            .context("cargo metadata")?;
        ensure!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
        let metadata: Value = serde_json::from_slice(&output.stdout)?;
        Ok(Self::read(&metadata))
    }

    fn read(metadata: &Value) -> Self {
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let names: BTreeMap<String, String> =
            list(&metadata["packages"]).iter().map(|package| (text(&package["id"]), text(&package["name"]))).collect();
        let mut direct: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for node in list(&metadata["resolve"]["nodes"]) {
            let name = names.get(&text(&node["id"])).cloned().unwrap_or_default();
            let reached = direct.entry(name).or_default();
            for dependency in list(&node["deps"]) {
                let normal = list(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"].is_null());
                if normal && let Some(name) = names.get(&text(&dependency["pkg"])) {
                    reached.insert(name.clone());
                }
            }
        }
        Self { direct }
    }

    fn closure(&self, of: &str) -> BTreeSet<&str> {
        let mut reached = BTreeSet::new();
        let mut open = vec![of];
        while let Some(name) = open.pop() {
            for next in self.direct.get(name).into_iter().flatten() {
                if reached.insert(next.as_str()) {
                    open.push(next);
                }
            }
        }
        reached
    }

    /// Every fence that does not hold.
    #[must_use]
    pub fn broken(&self) -> Vec<String> {
        let mut broken = Vec::new();
        for name in PURE {
            let reached = self.closure(name);
            for foreign in IMPURE.iter().filter(|foreign| reached.contains(*foreign)) {
                broken.push(format!("{name} is pure and reaches {foreign}"));
            }
        }
        for (reserved, users) in RESERVED {
            for (name, direct) in &self.direct {
                let ours = name.starts_with("psycheos-");
                if ours && direct.contains(reserved) && !users.contains(&name.as_str()) {
                    broken.push(format!("{name} uses {reserved}, which belongs to {}", users.join(", ")));
                }
            }
        }
        for name in SERVICES {
            let reached = self.closure(name);
            if name != "psycheos-worker" && reached.contains("psycheos-claude") {
                broken.push(format!("{name} reaches the LLM (R1)"));
            }
            if name != "psycheos-worker" && reached.contains("psycheos-documents") {
                broken.push(format!("{name} reads people's files (S13)"));
            }
            for foreign in DEVELOPMENT.iter().filter(|foreign| reached.contains(*foreign)) {
                broken.push(format!("{name} is deployed and reaches {foreign}"));
            }
        }
        broken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(edges: &[(&str, &str)]) -> Graph {
        let mut graph = Graph::default();
        for (from, to) in edges {
            graph.direct.entry((*from).to_owned()).or_default().insert((*to).to_owned());
            graph.direct.entry((*to).to_owned()).or_default();
        }
        graph
    }

    #[test]
    fn a_breach_is_found_however_far_away_it_is() {
        assert_eq!(graph(&[("psycheos-db", "diesel"), ("psycheos-worker", "psycheos-claude")]).broken(), Vec::<String>::new());
        let far = graph(&[("psycheos-bot-pro", "psycheos-bot-kit"), ("psycheos-bot-kit", "x"), ("x", "tokio")]);
        assert_eq!(far.broken().len(), 2, "both the crate and the one that uses it");
        let llm = graph(&[("psycheos-api", "psycheos-turn"), ("psycheos-turn", "psycheos-claude")]);
        assert!(llm.broken().contains(&"psycheos-api reaches the LLM (R1)".to_owned()));
        assert_eq!(graph(&[("psycheos-turn", "diesel")]).broken().len(), 1);
        let files = graph(&[("psycheos-api", "psycheos-turn"), ("psycheos-turn", "psycheos-documents")]);
        assert!(files.broken().contains(&"psycheos-api reads people's files (S13)".to_owned()));
        assert_eq!(graph(&[("psycheos-worker", "psycheos-documents")]).broken(), Vec::<String>::new());
    }
}
