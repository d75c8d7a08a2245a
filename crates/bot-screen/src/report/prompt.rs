//! The report's prompt files.
use bot_kit::{PromptFile, RenderedPrompt};
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

    /// The file. Where it does not parse, the report falls back to its template.
    fn file(self) -> &'static PromptFile {
        static FILES: [PromptFile; 3] = [
            PromptFile::new("structural", include_str!("../../prompts/structural.md")),
            PromptFile::new("questions", include_str!("../../prompts/questions.md")),
            PromptFile::new("portrait", include_str!("../../prompts/portrait.md")),
        ];
        &FILES[self as usize]
    }

    /// The question with its values.
    pub(super) fn render(self, values: &[(&str, &str)], schema: Value) -> RenderedPrompt {
        self.file().render(values, schema)
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
        kind.file().check()?;
    }
    crate::wording::check_prompt()
}

#[cfg(test)]
mod tests {
    use bot_kit::placeholders;

    use super::*;

    #[test]
    fn every_prompt_parses_and_its_placeholders_are_the_fields() {
        check_prompts().unwrap();
        for kind in PromptKind::ALL {
            assert_eq!(kind.file().name(), kind.name());
            let prompt = kind.file().prompt();
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
