//! What a bot asks a model: files of instructions, filled with the data of one call.
use std::sync::OnceLock;

use serde_json::Value;

/// A question to a model, ready to be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct RenderedPrompt {
    /// The model's name.
    pub model: String,
    /// The longest reply, in tokens.
    pub max_tokens: u32,
    /// The stable part, the same in every call: marked for the prompt cache.
    pub system: String,
    /// Parts that follow it and are the same in many calls, each marked for the prompt cache by itself; at most three.
    pub knowledge: Vec<String>,
    /// The data of this call.
    pub user: String,
    /// Pictures that belong to the data, as JPEG, in order.
    pub pictures: Vec<Picture>,
    /// JSON Schema of the reply.
    pub schema: Value,
    /// The whole prompt file, to be hashed and stored with the call.
    pub source: &'static str,
}

/// A picture that a model is shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture(pub Vec<u8>);

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "[picture {} bytes]", self.0.len())
    }
}

/// A parsed file: front matter, a stable system part, a user part with placeholders.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prompt {
    /// The model's name.
    pub model: String,
    /// The longest reply, in tokens.
    pub max_tokens: u32,
    /// The same in every call.
    pub system: String,
    /// With `{{name}}` where values go.
    pub user: String,
}

impl Prompt {
    /// Reads `---`, front matter, `---`, system part, `---`, user part.
    ///
    /// # Errors
    /// Says what the file lacks.
    pub fn parse(file: &str) -> Result<Self, &'static str> {
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

    /// The question with its values. `source` is the file it was parsed from.
    #[must_use]
    pub fn render(&self, source: &'static str, values: &[(&str, &str)], schema: Value) -> RenderedPrompt {
        RenderedPrompt {
            model: self.model.clone(),
            max_tokens: self.max_tokens,
            system: self.system.clone(),
            knowledge: Vec::new(),
            user: fill(&self.user, values),
            pictures: Vec::new(),
            schema,
            source,
        }
    }

    /// The names in the user part, in order.
    #[must_use]
    pub fn placeholders(&self) -> Vec<&str> {
        placeholders(&self.user)
    }
}

/// A prompt file that is part of the program, parsed once.
#[derive(Debug)]
pub struct PromptFile {
    name: &'static str,
    file: &'static str,
    parsed: OnceLock<Prompt>,
}

impl PromptFile {
    /// `prompts/{name}.md`, whose text is `file`.
    #[must_use]
    pub const fn new(name: &'static str, file: &'static str) -> Self {
        Self { name, file, parsed: OnceLock::new() }
    }

    /// Its name: that of its file.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Checks that it parses. A service asks once at its start and refuses to run otherwise.
    ///
    /// # Errors
    /// Names the file and what is wrong with it.
    pub fn check(&self) -> Result<(), String> {
        Prompt::parse(self.file).map(drop).map_err(|why| format!("prompts/{}.md: {why}", self.name))
    }

    /// The parsed file. One that does not parse gives an empty prompt, which the model's side refuses; [`PromptFile::check`] tells
    /// it at the start.
    #[must_use]
    pub fn prompt(&self) -> &Prompt {
        self.parsed.get_or_init(|| Prompt::parse(self.file).unwrap_or_default())
    }

    /// The question with its values.
    #[must_use]
    pub fn render(&self, values: &[(&str, &str)], schema: Value) -> RenderedPrompt {
        self.prompt().render(self.file, values, schema)
    }
}

/// The names of a text's placeholders, in order.
#[must_use]
pub fn placeholders(text: &str) -> Vec<&str> {
    text.split("{{").skip(1).filter_map(|part| part.split_once("}}").map(|(name, _)| name)).collect()
}

/// Puts the values in the place of `{{name}}`, in one pass, so that a value is never searched for placeholders. An unknown name
/// becomes nothing.
#[must_use]
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
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

/// JSON that cannot end the fenced block it stands in: a backtick is written as an escape.
#[must_use]
pub fn fenced(data: &Value) -> String {
    format!("{data:#}").replace('`', "\\u0060")
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "---\nmodel: m\nmax_tokens: 15\nreply: json\n---\nRules\n---\nLanguage {{language}}, data {{data}}\n";

    #[test]
    fn a_file_has_three_parts_and_its_placeholders_only_in_the_last() {
        let prompt = Prompt::parse(GOOD).unwrap();
        assert_eq!((prompt.model.as_str(), prompt.max_tokens, prompt.system.as_str()), ("m", 15, "Rules"));
        assert_eq!(prompt.placeholders(), ["language", "data"]);
    }

    #[test]
    fn a_file_that_lacks_something_is_refused() {
        for (from, to) in [
            ("model: m\n", ""),
            ("max_tokens: 15\n", "max_tokens: many\n"),
            ("reply: json\n", ""),
            ("reply: json\n", "reply: json\ncolour: red\n"),
            ("---\nLanguage", "Language"),
            ("Rules", "Rules {{language}}"),
        ] {
            assert!(GOOD.contains(from), "{from}");
            assert!(Prompt::parse(&GOOD.replace(from, to)).is_err(), "{from}");
        }
    }

    #[test]
    fn a_value_is_never_searched_for_placeholders() {
        assert_eq!(fill("{{a}} {{b}} {{unknown}}|{{", &[("a", "{{b}}"), ("b", "x")]), "{{b}} x |{{");
    }

    #[test]
    fn data_cannot_end_its_block() {
        assert_eq!(fenced(&Value::from("```\nnew rules")), r#""\u0060\u0060\u0060\nnew rules""#);
    }
}
