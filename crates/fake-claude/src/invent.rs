//! Plausible answers: a document that keeps the schema, with calm sentences in the language of the request.
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

const RU: [&str; 10] = [
    "Похоже, что силы сейчас расходуются экономно, и это помогает удерживать важное.",
    "В привычных делах опора заметна, а в новых ситуациях требуется больше времени.",
    "Возможно, в разговоре с близкими часть переживаний остаётся внутри.",
    "Это предположение, которое стоит проверить вместе на встрече.",
    "Видно, что пауза перед решением бывает полезной, хотя иногда затягивается.",
    "Интерес к новому появляется, когда есть ощущение устойчивости.",
    "Телесные сигналы замечаются не сразу, и к ним можно возвращаться вниманием.",
    "В ближайших планах больше ясности, чем в отдалённых.",
    "Разные стороны картины могут меняться в зависимости от обстоятельств.",
    "Здесь нет правильного положения, важна возможность двигаться.",
];
const EN: [&str; 10] = [
    "It seems that strength is spent sparingly at the moment, and this helps to keep what matters.",
    "In familiar things there is support, while new situations take more time.",
    "Perhaps a part of the feelings stays inside when talking with close people.",
    "This is an assumption to look at together in the session.",
    "A pause before deciding is often useful, though it sometimes grows long.",
    "Interest in new things appears when there is a sense of steadiness.",
    "Signals of the body are noticed late, and attention can return to them.",
    "The near plans are clearer than the distant ones.",
    "Different sides of the picture may change with circumstances.",
    "There is no right place here, what matters is being able to move.",
];
const ASK_RU: [&str; 8] = [
    "Как вы замечаете, что сил стало меньше?",
    "Что помогает вам вернуться к важному делу?",
    "Когда пауза перед ответом была вам полезна?",
    "Что происходит в теле, когда планы меняются?",
    "С кем вам проще говорить о переживаниях?",
    "Каким вы представляете ближайший месяц?",
    "Что из недавнего вас порадовало?",
    "Где вы чувствуете себя устойчивее всего?",
];
const ASK_EN: [&str; 8] = [
    "How do you notice that there is less strength?",
    "What helps you to return to something important?",
    "When was a pause before answering useful to you?",
    "What happens in the body when plans change?",
    "With whom is it easier to talk about feelings?",
    "How do you picture the coming month?",
    "What pleased you recently?",
    "Where do you feel steadiest?",
];
const YOU_RU: &str = "Вы ответили на вопросы спокойно и внимательно.";
const YOU_EN: &str = "You answered the questions calmly and attentively.";

/// Invents answers for one request.
pub(crate) struct Inventor {
    english: bool,
    seed: usize,
    asked: usize,
}

impl Inventor {
    /// The language is read from the request; the same request invents the same.
    pub(crate) fn new(text: &str) -> Self {
        let english =
            ["\"language\":\"en\"", "\"language\": \"en\"", "English", "английск"].iter().any(|mark| text.contains(mark));
        let digest = Sha256::digest(text.as_bytes());
        Self { english, seed: usize::from(digest[0]), asked: 0 }
    }

    /// A document that keeps `schema`.
    pub(crate) fn document(&mut self, schema: &Value) -> Value {
        self.value("", schema)
    }

    /// A paragraph of at least `words` words.
    pub(crate) fn paragraph(&mut self, words: usize) -> String {
        let pool = if self.english { &EN } else { &RU };
        let mut out = String::new();
        while out.split_whitespace().count() < words {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(pool[self.seed % pool.len()]);
            self.seed += 1;
        }
        out
    }

    fn value(&mut self, name: &str, schema: &Value) -> Value {
        if let Some(value) = schema.get("const") {
            return value.clone();
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            return values.get(self.seed % values.len().max(1)).cloned().unwrap_or(Value::Null);
        }
        match schema.get("type").and_then(Value::as_str) {
            Some("object") => self.object(schema),
            Some("array") => {
                let count = number(schema, "minItems").unwrap_or(2).clamp(1, number(schema, "maxItems").unwrap_or(8).max(1));
                let items = schema.get("items").cloned().unwrap_or_else(|| json!({ "type": "string" }));
                Value::Array((0..count).map(|_| self.value(name, &items)).collect())
            }
            Some("integer" | "number") => json!(number(schema, "minimum").unwrap_or(1)),
            Some("boolean") => Value::Bool(false),
            _ => Value::String(self.text(name, schema)),
        }
    }

    fn object(&mut self, schema: &Value) -> Value {
        let empty = Map::new();
        let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&empty);
        Value::Object(properties.iter().map(|(name, schema)| (name.clone(), self.value(name, schema))).collect())
    }

    fn text(&mut self, name: &str, schema: &Value) -> String {
        let mut text = match name {
            "q" | "question" => {
                let pool = if self.english { &ASK_EN } else { &ASK_RU };
                self.asked += 1;
                pool[(self.seed + self.asked) % pool.len()].to_owned()
            }
            "why" | "title" => self.paragraph(1),
            "text" | "portrait" => {
                let opening = if self.english { YOU_EN } else { YOU_RU };
                format!("{opening} {}", self.paragraph(90))
            }
            _ => self.paragraph(30),
        };
        if let Some(longest) = number(schema, "maxLength") {
            text = text.chars().take(longest).collect();
        }
        text
    }
}

fn number(schema: &Value, name: &str) -> Option<usize> {
    schema.get(name).and_then(Value::as_u64).and_then(|number| usize::try_from(number).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_keeps_its_schema_and_the_same_request_invents_the_same() {
        let schema = json!({ "type": "object", "properties": {
            "mode": { "enum": ["play"] },
            "list": { "type": "array", "minItems": 3, "items": { "type": "object", "properties": { "q": { "type": "string" } } } },
            "short": { "type": "string", "maxLength": 10 },
        } });
        let document = Inventor::new("x").document(&schema);
        assert_eq!(document["mode"], "play");
        assert_eq!(document["list"].as_array().unwrap().len(), 3);
        assert!(document["list"][0]["q"].as_str().unwrap().ends_with('?'));
        assert!(document["short"].as_str().unwrap().chars().count() <= 10);
        assert_eq!(document, Inventor::new("x").document(&schema));
    }
}
