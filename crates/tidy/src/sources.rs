//! What a source file must never hold.
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Longest module, in lines.
const LINES: usize = 600;

/// A rule: files whose path begins so, and what they never say.
const NEVER: [(&str, &str, &str); 6] = [
    ("crates/db/src", "Utc::now", "time comes from the database"),
    ("crates/queue/src", "Utc::now", "time comes from the database"),
    ("crates/bot-", "Utc::now", "time comes with the event"),
    ("crates/bot-", "Uuid::new", "ids come with the scene"),
    ("crates/", "todo!(", "no unfinished code"),
    ("services/", "std::env", "settings are read by the service crate"),
];

/// Every rule that does not hold.
///
/// # Errors
/// When a file cannot be read.
pub(crate) fn broken(root: &Path) -> anyhow::Result<Vec<String>> {
    let mut broken = Vec::new();
    for file in rust_files(root)? {
        let path = file.strip_prefix(root).unwrap_or(&file).to_string_lossy().into_owned();
        if path.starts_with("crates/tidy/") {
            continue;
        }
        let text = fs::read_to_string(&file)?;
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (beginning, forbidden, why) in NEVER {
            if path.starts_with(beginning) && code.contains(forbidden) {
                broken.push(format!("{path} says {forbidden}: {why}"));
            }
        }
        let lines = text.lines().count();
        if lines > LINES && path.contains("/src/") {
            broken.push(format!("{path} has {lines} lines; {LINES} is the most"));
        }
        if path.ends_with("/src/main.rs") && path.starts_with("services/") && lines > 15 {
            broken.push(format!("{path} has {lines} lines; a service's main has at most 15"));
        }
    }
    Ok(broken)
}

fn rust_files(root: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut open = vec![root.join("crates"), root.join("services")];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}
