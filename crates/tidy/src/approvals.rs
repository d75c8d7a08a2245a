//! Signatures under clinical content: the rules of `clinical/README.md`.
use std::{collections::BTreeSet, fs, path::Path};

use anyhow::Context as _;
use sha2::{Digest, Sha256};
use toml::{Table, Value};

/// Files that need an entry: everything a person may meet in a hard moment. Every prompt and every virtual client needs one too.
const NEEDED: [&str; 12] = [
    "crates/domain/content/danger.toml",
    "crates/domain/content/wording.toml",
    "crates/domain/content/resources.toml",
    "crates/bot-screen/content/consent.ru.md",
    "crates/bot-screen/content/consent.en.md",
    "crates/bot-screen/content/bank.toml",
    "crates/bot-screen/src/texts/ru.rs",
    "crates/bot-screen/src/texts/en.rs",
    "crates/bot-simulator/src/texts/ru.rs",
    "crates/bot-simulator/src/texts/en.rs",
    "crates/bot-pro/src/texts/guide/ru.rs",
    "crates/bot-pro/src/texts/guide/en.rs",
];

const LIST: &str = "clinical/APPROVALS.toml";

/// An entry of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    path: String,
    sha256: String,
    approver: String,
    role: String,
    date: String,
    status: String,
}

impl Entry {
    fn draft(path: &str, sha256: String) -> Self {
        let none = String::new;
        Self { path: path.to_owned(), sha256, approver: none(), role: none(), date: none(), status: "draft".to_owned() }
    }
}

/// The list as text and as entries.
fn read(root: &Path) -> anyhow::Result<(String, Vec<Entry>)> {
    let text = fs::read_to_string(root.join(LIST)).context(LIST)?;
    let table: Table = text.parse()?;
    let entries = table.get("entry").and_then(Value::as_array).cloned().unwrap_or_default();
    let entry = |entry: &Value| {
        let field = |name: &str| entry.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        Entry {
            path: field("path"),
            sha256: field("sha256"),
            approver: field("approver"),
            role: field("role"),
            date: field("date"),
            status: field("status"),
        }
    };
    let entries = entries.iter().map(entry).collect();
    Ok((text, entries))
}

fn digest(root: &Path, path: &str) -> Option<String> {
    let bytes = fs::read(root.join(path)).ok()?;
    Some(Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect())
}

/// An article of the guide that says of itself that it is clinical.
fn is_clinical_article(file: &Path) -> bool {
    let text = fs::read_to_string(file).unwrap_or_default();
    let front = text.strip_prefix("+++\n").and_then(|rest| rest.split_once("\n+++\n")).map(|(front, _)| front);
    front.is_some_and(|front| front.lines().any(|line| line.trim() == "clinical = true"))
}

/// Every file that needs an entry.
fn needed(root: &Path) -> anyhow::Result<BTreeSet<String>> {
    let mut needed: BTreeSet<String> = NEEDED.iter().map(|path| (*path).to_owned()).collect();
    for entry in fs::read_dir(root.join("crates"))? {
        let folder = entry?.path();
        for files in ["prompts", "content/cases"] {
            for file in fs::read_dir(folder.join(files)).into_iter().flatten() {
                let file = file?.path();
                needed.insert(file.strip_prefix(root).unwrap_or(&file).to_string_lossy().into_owned());
            }
        }
        for language in ["knowledge/ru", "knowledge/en"] {
            for file in fs::read_dir(folder.join(language)).into_iter().flatten() {
                let file = file?.path();
                if is_clinical_article(&file) {
                    needed.insert(file.strip_prefix(root).unwrap_or(&file).to_string_lossy().into_owned());
                }
            }
        }
    }
    Ok(needed)
}

/// Every rule that does not hold.
///
/// # Errors
/// When the list cannot be read.
pub(crate) fn broken(root: &Path) -> anyhow::Result<Vec<String>> {
    let (_, entries) = read(root)?;
    let mut broken = Vec::new();
    let mut seen = BTreeSet::new();
    for entry in &entries {
        let path = &entry.path;
        if !seen.insert(path.clone()) {
            broken.push(format!("{path} stands twice in {LIST}"));
        }
        match digest(root, path) {
            Some(digest) if digest == entry.sha256 => {}
            Some(_) => {
                broken.push(format!("{path} changed since its entry in {LIST}; `make clinical-drafts` renews it as a draft"))
            }
            None => broken.push(format!("{path} in {LIST} does not exist")),
        }
        let signed = [&entry.approver, &entry.role, &entry.date].map(|field| !field.is_empty());
        let right = match entry.status.as_str() {
            "approved" => signed == [true; 3],
            "draft" => signed == [false; 3],
            _ => false,
        };
        if !right {
            broken.push(format!("{path}: a signature needs approver, role and date; a draft has none of them"));
        }
    }
    let missing = needed(root)?.into_iter().filter(|path| !seen.contains(path));
    broken.extend(missing.map(|path| format!("{path} needs an entry in {LIST}")));
    Ok(broken)
}

/// Renews the list: a file that changed or is new stands in it as a draft, whatever was signed before. Returns what was renewed.
///
/// # Errors
/// When the list cannot be read or written.
pub(crate) fn renew(root: &Path) -> anyhow::Result<Vec<String>> {
    let (text, mut entries) = read(root)?;
    let mut renewed = Vec::new();
    for path in needed(root)? {
        let Some(digest) = digest(root, &path) else { continue };
        match entries.iter_mut().find(|entry| entry.path == path) {
            Some(entry) if entry.sha256 == digest => continue,
            Some(entry) => *entry = Entry::draft(&path, digest),
            None => entries.push(Entry::draft(&path, digest)),
        }
        renewed.push(path);
    }
    let head = text.split("[[entry]]").next().unwrap_or_default().trim_end();
    let mut out = format!("{head}\n");
    for Entry { path, sha256, approver, role, date, status } in &entries {
        out.push_str(&format!(
            "\n[[entry]]\npath = {path:?}\nsha256 = {sha256:?}\napprover = {approver:?}\nrole = {role:?}\ndate = {date:?}\nstatus = {status:?}\n"
        ));
    }
    fs::write(root.join(LIST), out)?;
    Ok(renewed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_file_loses_its_signature() {
        let root = std::env::temp_dir().join(format!("approvals-{}", std::process::id()));
        fs::create_dir_all(root.join("clinical")).unwrap();
        for path in NEEDED {
            fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
            fs::write(root.join(path), path).unwrap();
        }
        fs::write(root.join(LIST), "# head\n").unwrap();
        assert_eq!(renew(&root).unwrap().len(), NEEDED.len());
        assert_eq!(broken(&root).unwrap(), Vec::<String>::new());
        let signed = fs::read_to_string(root.join(LIST)).unwrap().replacen("status = \"draft\"", "status = \"approved\"", 1);
        let signed = ["approver", "role", "date"]
            .iter()
            .fold(signed, |text, field| text.replacen(&format!("{field} = \"\""), &format!("{field} = \"x\""), 1));
        fs::write(root.join(LIST), signed).unwrap();
        assert_eq!(broken(&root).unwrap(), Vec::<String>::new());
        let (_, entries) = read(&root).unwrap();
        fs::write(root.join(&entries[0].path), "changed").unwrap();
        assert_eq!(broken(&root).unwrap().len(), 1);
        assert_eq!(renew(&root).unwrap(), [entries[0].path.clone()]);
        assert_eq!(read(&root).unwrap().1[0].status, "draft");
        fs::remove_dir_all(root).unwrap();
    }
}
