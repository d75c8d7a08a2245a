//! Signatures under clinical content: the rules of `clinical/README.md`.
use std::{collections::BTreeSet, fs, path::Path};

use anyhow::Context as _;
use sha2::{Digest, Sha256};
use toml::{Table, Value};

/// Files that need an entry: everything a client may meet in a hard moment.
const NEEDED: [&str; 5] = [
    "crates/domain/content/danger.toml",
    "crates/domain/content/wording.toml",
    "crates/domain/content/resources.toml",
    "crates/bot-screen/content/consent.ru.md",
    "crates/bot-screen/content/consent.en.md",
];

/// Every rule that does not hold.
///
/// # Errors
/// When the list cannot be read.
pub(crate) fn broken(root: &Path) -> anyhow::Result<Vec<String>> {
    let text = fs::read_to_string(root.join("clinical/APPROVALS.toml")).context("clinical/APPROVALS.toml")?;
    let table: Table = text.parse()?;
    let entries = table.get("entry").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut broken = Vec::new();
    let mut seen = BTreeSet::new();
    for entry in &entries {
        let field = |name: &str| entry.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let path = field("path");
        if !seen.insert(path.clone()) {
            broken.push(format!("{path} stands twice in clinical/APPROVALS.toml"));
        }
        match fs::read(root.join(&path)) {
            Ok(bytes) => {
                let digest: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
                if digest != field("sha256") {
                    broken.push(format!("{path} changed since its entry in clinical/APPROVALS.toml: {digest}"));
                }
            }
            Err(_) => broken.push(format!("{path} in clinical/APPROVALS.toml does not exist")),
        }
        let signed = ["approver", "role", "date"].map(|name| !field(name).is_empty());
        let right = match field("status").as_str() {
            "approved" => signed == [true; 3],
            "draft" => signed == [false; 3],
            _ => false,
        };
        if !right {
            broken.push(format!("{path}: a signature needs approver, role and date; a draft has none of them"));
        }
    }
    broken.extend(
        NEEDED
            .iter()
            .filter(|path| !seen.contains(**path))
            .map(|path| format!("{path} needs an entry in clinical/APPROVALS.toml")),
    );
    Ok(broken)
}
