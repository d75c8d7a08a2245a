//! Plausible answers: a document that keeps the schema, with calm sentences in the language of the request.
mod guide;
mod limits;
mod material;
mod sentences;
mod text;

use serde_json::{Map, Value, json};

use crate::asked::Asked;
use limits::{count, number};
use material::Material;
use sentences::{Language, Sentences};

/// Items of a list whose schema names no count.
const ITEMS: usize = 2;
/// Words of a plain answer.
const PARAGRAPH_WORDS: usize = 40;

/// Invents the answer to one request.
pub(crate) struct Inventor {
    sentences: &'static Sentences,
    /// What people wrote, to quote from.
    material: Material,
    seed: usize,
    /// How many sentences of each sort were used, so that none returns before all were.
    used: [usize; 5],
    quoted: usize,
    chosen: usize,
}

impl Inventor {
    /// The same request invents the same.
    pub(crate) fn new(asked: &Asked, in_other_language: bool) -> Self {
        let material = Material::of(&asked.user);
        let language = language(&asked.system, &material.frame);
        let language = if in_other_language { language.other() } else { language };
        let seed = usize::try_from(asked.seed() % 1_000_003).unwrap_or(0);
        Self::with(language, material, seed)
    }

    fn with(language: Language, material: Material, seed: usize) -> Self {
        Self { sentences: language.sentences(), material, seed, used: [0; 5], quoted: 0, chosen: 0 }
    }

    /// A plain answer.
    pub(crate) fn paragraph(&mut self) -> String {
        self.text("", &json!({ "description": format!("at least {PARAGRAPH_WORDS} words") }))
    }

    /// A document that keeps `schema`.
    pub(crate) fn document(&mut self, schema: &Value) -> Value {
        self.value("", schema)
    }

    fn value(&mut self, name: &str, schema: &Value) -> Value {
        if let Some(value) = schema.get("const") {
            return value.clone();
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array).filter(|values| !values.is_empty()) {
            let kinds: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
            let kind = if name == "route" { guide::kind(&self.material.last, &kinds) } else { None };
            return kind.map_or_else(|| values[self.choose(values.len())].clone(), Value::from);
        }
        let either = schema.get("anyOf").or_else(|| schema.get("oneOf")).and_then(Value::as_array);
        if let Some(either) = either {
            let chosen = either.iter().find(|schema| !is(schema, "null")).or_else(|| either.first());
            return chosen.map_or(Value::Null, |schema| self.value(name, schema));
        }
        match kind(schema) {
            "object" => self.object(name, schema),
            "array" => self.array(name, schema),
            "integer" => self.integer(schema),
            "number" => fraction(schema),
            "boolean" => Value::Bool(self.choose(2) == 1),
            "null" => Value::Null,
            _ => Value::String(self.string(name, schema)),
        }
    }

    /// An object, as the value of the field `name` or of one of its items.
    fn object(&mut self, name: &str, schema: &Value) -> Value {
        let none = Map::new();
        let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&none);
        // One of several questions is a question, also where its own field is called text.
        let is_bare = name == "questions" && !["q", "question"].iter().any(|field| properties.contains_key(*field));
        let called = |field: &str| if is_bare && field == "text" { "question".to_owned() } else { field.to_owned() };
        let fields = properties.iter().map(|(field, schema)| (field.clone(), self.value(&called(field), schema)));
        Value::Object(fields.collect())
    }

    fn array(&mut self, name: &str, schema: &Value) -> Value {
        let most = count(schema, "maxItems").unwrap_or(usize::MAX);
        let least = count(schema, "minItems").unwrap_or(0).min(most);
        if name == "flags" && least == 0 {
            // Nothing is wrong in what it invents an answer to.
            return Value::Array(Vec::new());
        }
        let of = schema.get("items").cloned().unwrap_or_else(|| json!({ "type": "string" }));
        if let Some(values) = of.get("enum").and_then(Value::as_array).filter(|values| !values.is_empty()) {
            // Each value once, as in a set, as long as there are enough.
            let first = self.choose(values.len());
            let found = ITEMS.min(values.len()).clamp(least, most);
            return (0..found).map(|at| values[(first + at) % values.len()].clone()).collect();
        }
        (0..ITEMS.clamp(least, most)).map(|_| self.value(name, &of)).collect()
    }

    fn integer(&mut self, schema: &Value) -> Value {
        let above = |bound: f64| bound.floor() + 1.0;
        let below = |bound: f64| bound.ceil() - 1.0;
        let least = number(schema, "minimum").map(f64::ceil).or_else(|| number(schema, "exclusiveMinimum").map(above));
        let most = number(schema, "maximum").map(f64::floor).or_else(|| number(schema, "exclusiveMaximum").map(below));
        let step = number(schema, "multipleOf").filter(|step| *step >= 1.0).unwrap_or(1.0);
        let least = least.unwrap_or_else(|| most.map_or(1.0, |most| most.min(1.0)));
        let first = (least / step).ceil() * step;
        let span = most.map_or(3.0, |most| ((most - first) / step).floor().max(0.0)).min(9.0);
        let steps = self.choose(format!("{:.0}", span + 1.0).parse().unwrap_or(1));
        let value = first + step * f64::from(u8::try_from(steps).unwrap_or(0));
        format!("{value:.0}").parse::<i64>().map_or(Value::Null, Value::from)
    }

    /// An index below `count`.
    fn choose(&mut self, count: usize) -> usize {
        self.chosen += 1;
        // A step that has no common divisor with small counts, so that neighbours differ.
        (self.seed + self.chosen * 7919) % count.max(1)
    }
}

/// The type, the first that is not null where several are named; an object where only properties are.
fn kind(schema: &Value) -> &str {
    match schema.get("type") {
        Some(Value::String(kind)) => kind,
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or("null"),
        _ if schema.get("properties").is_some() => "object",
        _ => "string",
    }
}

fn is(schema: &Value, kind: &str) -> bool {
    schema.get("type").is_some_and(|found| found == kind)
}

/// The middle of the range, or a half.
fn fraction(schema: &Value) -> Value {
    let least = number(schema, "minimum").or_else(|| number(schema, "exclusiveMinimum"));
    let most = number(schema, "maximum").or_else(|| number(schema, "exclusiveMaximum"));
    json!(match (least, most) {
        (Some(least), Some(most)) => f64::midpoint(least, most),
        (Some(least), None) => least + 0.5,
        (None, Some(most)) => most - 0.5,
        (None, None) => 0.5,
    })
}

/// Words by which a request asks for a language, as far as its beginning.
const MARKS: [&str; 8] = [
    "\"language\":\"",
    "\"language\": \"",
    "язык ответа: ",
    "answer in ",
    "reply in ",
    "write in ",
    "language of the answer: ",
    "language: ",
];
/// English where the request says so, Russian otherwise. `frame` is the text of the messages without what people wrote behind
/// fences; what they wrote about a language decides nothing.
fn language(system: &str, frame: &str) -> Language {
    let (system, frame) = (system.to_lowercase(), frame.to_lowercase());
    let named = |text: &str| -> Vec<Language> {
        let names = MARKS.iter().flat_map(|mark| text.split(mark).skip(1));
        names.filter_map(|name| Language::called(name.split(|c: char| !c.is_alphabetic()).next()?)).collect()
    };
    let named = [named(&frame), named(&system)].concat();
    let is_system_english = ["english", "английск"].iter().any(|mark| system.contains(mark))
        && !["russian", "русск"].iter().any(|mark| system.contains(mark));
    if named.contains(&Language::English) || (named.is_empty() && is_system_english) {
        return Language::English;
    }
    Language::Russian
}

#[cfg(test)]
mod tests;
