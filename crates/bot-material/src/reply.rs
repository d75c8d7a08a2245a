//! Why a model's reply was not taken, and what holds for every text of every reply. A fault names a field and a rule, never the
//! model's words, so that it may be logged.
use std::hash::Hash;

use bot_kit::{
    RenderedPrompt, fill,
    prompt::{Fenced, Material, Rejection, leaks},
};
use domain::{Locale, policy};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

/// The longest part of a faulty reply that is sent back, in characters.
const REPLY_CHARS: usize = 12_000;

/// A fault of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fault {
    /// The field, empty for the reply as a whole.
    pub field: &'static str,
    /// What is wrong.
    pub why: Why,
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Why {
    /// No JSON, or cut off, or a refusal in words.
    NotJson,
    /// Fields are missing or of another type.
    Shape,
    /// It says too little.
    TooShort,
    /// It is too long.
    TooLong {
        /// Characters allowed.
        at_most: usize,
    },
    /// There are too few or too many.
    Count {
        /// At least.
        from: usize,
        /// At most.
        to: usize,
    },
    /// A question is none, or is several.
    NoQuestion,
    /// The words are not in the material.
    NotInMaterial,
    /// Certainty that the material does not give.
    TooSure,
    /// Another language than the one asked for.
    Language,
    /// Against the wording policy.
    Forbidden {
        /// The rule of `domain::policy`.
        rule: &'static str,
    },
    /// Words that the reader does not know.
    Terms,
    /// It does not speak to its reader.
    Unaddressed,
    /// The mark of the instructions was given away.
    Leaked,
}

impl Rejection for Fault {
    fn reason(&self) -> &'static str {
        match self.why {
            Why::NotJson
            | Why::Shape
            | Why::TooShort
            | Why::TooLong { .. }
            | Why::Count { .. }
            | Why::NoQuestion
            | Why::Terms
            | Why::Unaddressed => "form",
            Why::NotInMaterial | Why::TooSure => "content",
            Why::Language => "language",
            Why::Forbidden { .. } => "wording",
            Why::Leaked => "canary",
        }
    }
}

impl Fault {
    /// A fault.
    #[must_use]
    pub const fn new(field: &'static str, why: Why) -> Self {
        Self { field, why }
    }

    /// What the model is asked to mend.
    #[must_use]
    pub fn instruction(&self) -> String {
        let field = if self.field.is_empty() { "ответ" } else { self.field };
        match self.why {
            Why::NotJson => "Ответ должен быть одним объектом JSON, законченным, без текста до и после.".into(),
            Why::Shape => "Поля ответа должны быть точно такими, как в схеме.".into(),
            Why::TooShort => format!("{field}: слишком коротко, скажите полнее."),
            Why::TooLong { at_most } => format!("{field}: не длиннее {at_most} знаков."),
            Why::Count { from, to } if from == to => format!("{field}: нужно ровно {from}."),
            Why::Count { from, to } => format!("{field}: нужно от {from} до {to}."),
            Why::NoQuestion => format!("{field}: каждый вопрос один, с одним вопросительным знаком в конце."),
            Why::NotInMaterial => format!("{field}: таких слов в материале нет. Выпишите дословно, без изменений."),
            Why::TooSure => format!("{field}: уверенность выше, чем даёт материал. Снизьте её или назовите пробелы в data_gaps."),
            Why::Language => format!("{field}: пишите на языке ответа."),
            Why::Forbidden { rule } => format!("{field}: {}", forbidden(rule)),
            Why::Terms => format!("{field}: без терминов, слов модели и букв слоёв, простыми словами."),
            Why::Unaddressed => format!("{field}: обращайтесь к читателю на «вы»."),
            Why::Leaked => "Служебную метку повторять нельзя.".into(),
        }
    }
}

fn forbidden(rule: &str) -> &'static str {
    match rule {
        "diagnosis" => "без диагнозов, кодов и медицинских сокращений.",
        "certainty" => "не утверждайте причин и травм, скажите предположением.",
        "pathologising" => "без слов о патологии и ненормальности.",
        "medication" => "без лекарств и доз.",
        "danger_verdict" => "без оценок опасности и прогнозов.",
        "harm_method" => "без способов причинить вред.",
        "promise" => "без обещаний.",
        "directive" => "без указаний, что делать.",
        "norm" => "без сравнения с нормой и с другими людьми.",
        "meaning" => "не говорите, что образ значит: скажите, с чем он может быть связан.",
        "claims_person" => "не говорите от лица человека.",
        _ => "эти слова недопустимы, скажите иначе.",
    }
}

/// What holds for every text: its length, its language, and the wording policy.
pub fn check(field: &'static str, text: &str, at_least: usize, at_most: usize, locale: Locale, faults: &mut Vec<Fault>) {
    let chars = text.trim().chars().count();
    if chars < at_least {
        faults.push(Fault::new(field, Why::TooShort));
    }
    if chars > at_most {
        faults.push(Fault::new(field, Why::TooLong { at_most }));
    }
    let is_cyrillic = |c: &char| ('\u{400}'..='\u{4ff}').contains(c);
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let cyrillic = text.chars().filter(is_cyrillic).count();
    let of_language = match locale {
        Locale::Ru => cyrillic,
        Locale::En => letters - cyrillic,
    };
    if of_language * 2 < letters {
        faults.push(Fault::new(field, Why::Language));
    }
    faults.extend(policy::violations(text, locale).iter().map(|found| Fault::new(field, Why::Forbidden { rule: found.rule })));
}

/// A reply that gives the instructions' mark away is refused.
pub fn check_canary(canary: &str, reply: &str, faults: &mut Vec<Fault>) {
    if leaks(canary, reply) {
        faults.push(Fault::new("", Why::Leaked));
    }
}

/// How many there may be.
pub fn count(field: &'static str, found: usize, from: usize, to: usize, faults: &mut Vec<Fault>) {
    if !(from..=to).contains(&found) {
        faults.push(Fault::new(field, Why::Count { from, to }));
    }
}

/// An object of a schema: all its properties are required, no others are taken.
#[must_use]
pub fn object(properties: &[(&str, Value)]) -> Value {
    let names: Vec<&str> = properties.iter().map(|(name, _)| *name).collect();
    let properties: serde_json::Map<String, Value> =
        properties.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    json!({ "type": "object", "additionalProperties": false, "required": names, "properties": properties })
}

/// A text of a schema.
#[must_use]
pub fn text() -> Value {
    json!({ "type": "string" })
}

/// A list of a schema. How many there may be is checked by code: the service takes no such words in a schema.
#[must_use]
pub fn list(items: &Value) -> Value {
    json!({ "type": "array", "items": items })
}

/// One of some values of a schema, as they stand in data.
#[must_use]
pub fn one_of(values: &[impl Serialize]) -> Value {
    json!({ "type": "string", "enum": values })
}

/// The JSON object of a reply, also when a model wrapped it in a fenced block.
///
/// # Errors
/// One fault: no JSON, or another shape.
pub fn parse<T: DeserializeOwned>(reply: &str) -> Result<T, Vec<Fault>> {
    let reply = reply.trim();
    let inner = reply.strip_prefix("```json").or_else(|| reply.strip_prefix("```")).and_then(|rest| rest.strip_suffix("```"));
    let json: Value = serde_json::from_str(inner.unwrap_or(reply)).map_err(|_| vec![Fault::new("", Why::NotJson)])?;
    serde_json::from_value(json).map_err(|_| vec![Fault::new("", Why::Shape)])
}

/// What was read, when nothing is wrong with it.
///
/// # Errors
/// Each fault once.
pub fn done<T, F: Eq + Hash + Clone>(text: T, mut faults: Vec<F>) -> Result<T, Vec<F>> {
    let mut seen = std::collections::HashSet::new();
    faults.retain(|fault| seen.insert(fault.clone()));
    if faults.is_empty() { Ok(text) } else { Err(faults) }
}

/// Fields and rules that were broken, without any text: for the artifact.
#[must_use]
pub fn flags_of(faults: &[Fault]) -> Vec<String> {
    let mut flags: Vec<String> = faults
        .iter()
        .map(|Fault { field, why }| match why {
            Why::Forbidden { rule } => format!("{field}:{rule}"),
            Why::NotInMaterial => format!("{field}:not_in_material"),
            Why::Count { .. } => format!("{field}:count"),
            Why::Language => format!("{field}:language"),
            Why::TooSure => format!("{field}:too_sure"),
            Why::NotJson
            | Why::Shape
            | Why::TooShort
            | Why::TooLong { .. }
            | Why::NoQuestion
            | Why::Leaked
            | Why::Terms
            | Why::Unaddressed => {
                format!("{field}:form")
            }
        })
        .collect();
    flags.sort();
    flags.dedup();
    flags
}

/// The same prompt with the faulty reply and what to mend; asked once. `repair` is the file with the request.
#[must_use]
pub fn repair_request(prompt: &RenderedPrompt, reply: &str, faults: &[Fault], repair: &str) -> RenderedPrompt {
    repair_with(prompt, reply, faults.iter().map(Fault::instruction), repair)
}

/// The same for a tool with faults of its own, each in the words of its instruction.
#[must_use]
pub fn repair_with(
    prompt: &RenderedPrompt,
    reply: &str,
    instructions: impl Iterator<Item = String>,
    repair: &str,
) -> RenderedPrompt {
    let reply: String = reply.chars().take(REPLY_CHARS).collect();
    let mut lines: Vec<String> = instructions.map(|instruction| format!("- {instruction}")).collect();
    lines.dedup();
    let reply = Fenced::new(Material::Reply, &reply);
    let request = fill(repair, &[("reply", reply.as_str()), ("faults", &lines.join("\n"))]);
    RenderedPrompt { user: format!("{}\n\n{}", prompt.user, request.trim()), ..prompt.clone() }
}
