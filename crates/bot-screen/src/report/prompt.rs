//! The report's prompt files.
use std::sync::OnceLock;

use bot_kit::{Prompt, RenderedPrompt};
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
    fn prompt(self) -> &'static Prompt {
        static PROMPTS: [OnceLock<Prompt>; 3] = [OnceLock::new(), OnceLock::new(), OnceLock::new()];
        PROMPTS[self as usize].get_or_init(|| Prompt::parse(self.file()).unwrap_or_default())
    }

    /// The question with its values.
    pub(super) fn render(self, values: &[(&str, &str)], schema: Value) -> RenderedPrompt {
        self.prompt().render(self.file(), values, schema)
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
    crate::wording::check_prompt().map_err(|why| format!("prompts/wording.md: {why}"))
}

#[cfg(test)]
mod tests {
    use bot_kit::placeholders;

    use super::*;

    #[test]
    fn every_prompt_parses_and_its_placeholders_are_the_fields() {
        check_prompts().unwrap();
        for kind in PromptKind::ALL {
            let prompt = kind.prompt();
            assert_eq!(prompt.model, "claude-haiku-4-5");
            assert_eq!(prompt.placeholders(), ["language", "data"], "{kind:?}");
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
        used.extend(["repair.md".to_owned(), "wording.md".to_owned()]);
        used.sort();
        assert_eq!(files, used);
    }
}
