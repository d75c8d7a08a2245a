//! The prompt files: front matter, a stable system part, a user part with placeholders.
use std::sync::OnceLock;

use serde_json::Value;

/// Which text a model is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PromptKind {
    /// The explanation for the specialist.
    Structural,
    /// Questions for the session.
    Questions,
    /// The portrait for the client.
    Portrait,
}

impl PromptKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Structural, Self::Questions, Self::Portrait];

    /// Its name: that of its file, and of the durable step.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Structural => "structural",
            Self::Questions => "questions",
            Self::Portrait => "portrait",
        }
    }

    /// The whole file; its SHA-256 names the prompt's version.
    const fn file(self) -> &'static str {
        match self {
            Self::Structural => include_str!("../../prompts/structural.md"),
            Self::Questions => include_str!("../../prompts/questions.md"),
            Self::Portrait => include_str!("../../prompts/portrait.md"),
        }
    }

    /// The parsed file. A file that does not parse gives an empty prompt, which the model's side refuses, so that the report
    /// falls back to its template; [`check_prompts`] tells it at the start.
    pub(super) fn prompt(self) -> &'static Prompt {
        static PROMPTS: [OnceLock<Prompt>; 3] = [OnceLock::new(), OnceLock::new(), OnceLock::new()];
        PROMPTS[self as usize].get_or_init(|| Prompt::parse(self.file()).unwrap_or_default())
    }
}

/// The request for a repair; it has no front matter because it continues another prompt.
pub(super) const REPAIR: &str = include_str!("../../prompts/repair.md");

/// Checks that every prompt file parses.
///
/// # Errors
/// Names the file and what is wrong with it.
pub fn check_prompts() -> Result<(), String> {
    for kind in PromptKind::ALL {
        Prompt::parse(kind.file()).map_err(|why| format!("prompts/{}.md: {why}", kind.name()))?;
    }
    Ok(())
}

/// A prompt ready to be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct RenderedPrompt {
    /// Which text it asks for.
    pub kind: PromptKind,
    /// The model's name.
    pub model: String,
    /// The longest reply, in tokens.
    pub max_tokens: u32,
    /// The stable part, the same in every call: marked for the prompt cache.
    pub system: String,
    /// The data of this call.
    pub user: String,
    /// JSON Schema of the reply.
    pub schema: Value,
    /// The whole prompt file, to be hashed and stored with the call.
    pub source: &'static str,
}

/// A parsed prompt file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Prompt {
    pub model: String,
    pub max_tokens: u32,
    pub system: String,
    pub user: String,
}

impl Prompt {
    /// Reads `---`, front matter, `---`, system part, `---`, user part.
    fn parse(file: &str) -> Result<Self, &'static str> {
        let mut parts = file.split("---\n");
        let (Some(""), Some(front), Some(system), Some(user), None) =
            (parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err("needs front matter, a system part and a user part");
        };
        let mut prompt = Self { system: system.trim().to_owned(), user: user.trim().to_owned(), ..Self::default() };
        let mut json = false;
        for line in front.lines() {
            match line.split_once(": ") {
                Some(("model", model)) => prompt.model = model.to_owned(),
                Some(("max_tokens", tokens)) => prompt.max_tokens = tokens.parse().map_err(|_| "max_tokens is no number")?,
                Some(("reply", "json")) => json = true,
                Some(_) | None => return Err("the front matter has an unknown line"),
            }
        }
        if prompt.model.is_empty() || prompt.max_tokens == 0 || !json {
            return Err("the front matter needs model, max_tokens and reply: json");
        }
        if prompt.system.is_empty() || prompt.system.contains("{{") {
            return Err("the system part must be there and be the same in every call");
        }
        Ok(prompt)
    }

    pub(super) fn render(&self, kind: PromptKind, values: &[(&str, &str)], schema: Value) -> RenderedPrompt {
        RenderedPrompt {
            kind,
            model: self.model.clone(),
            max_tokens: self.max_tokens,
            system: self.system.clone(),
            user: fill(&self.user, values),
            schema,
            source: kind.file(),
        }
    }
}

/// Puts the values in the place of `{{name}}`, in one pass, so that a value is never searched for placeholders.
pub(super) fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let Some((name, behind)) = after.split_once("}}") else {
            out.push_str("{{");
            rest = after;
            continue;
        };
        out.push_str(values.iter().find(|(known, _)| *known == name).map(|(_, value)| *value).unwrap_or_default());
        rest = behind;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placeholders(text: &str) -> Vec<&str> {
        text.split("{{").skip(1).filter_map(|part| part.split_once("}}").map(|(name, _)| name)).collect()
    }

    #[test]
    fn every_prompt_parses_and_its_placeholders_are_the_fields() {
        check_prompts().unwrap();
        for kind in PromptKind::ALL {
            let prompt = kind.prompt();
            assert_eq!(prompt.model, "claude-haiku-4-5");
            assert_eq!(placeholders(&prompt.user), ["language", "data"], "{kind:?}");
        }
        assert_eq!(placeholders(REPAIR), ["reply", "faults"]);
    }

    #[test]
    fn every_file_of_the_folder_is_used() {
        let mut files: Vec<String> = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/prompts"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        files.sort();
        let mut used: Vec<String> = PromptKind::ALL.iter().map(|kind| format!("{}.md", kind.name())).collect();
        used.push("repair.md".to_owned());
        used.sort();
        assert_eq!(files, used);
    }

    #[test]
    fn a_value_is_never_searched_for_placeholders() {
        assert_eq!(fill("{{a}} {{b}} {{unknown}}|{{", &[("a", "{{b}}"), ("b", "x")]), "{{b}} x |{{");
    }

    #[test]
    fn a_file_that_lacks_something_is_refused() {
        let good = PromptKind::Portrait.file();
        assert!(Prompt::parse(good).is_ok());
        for (from, to) in [
            ("model: claude-haiku-4-5\n", ""),
            ("max_tokens: 1500\n", "max_tokens: many\n"),
            ("reply: json\n", ""),
            ("reply: json\n", "reply: json\ncolour: red\n"),
            ("---\nЯзык", "Язык"),
            ("# Правила", "# Правила {{language}}"),
        ] {
            assert!(good.contains(from), "{from}");
            assert!(Prompt::parse(&good.replace(from, to)).is_err(), "{from}");
        }
    }
}
