//! The form of a model's reply.
use bot_material::reply::object;
use serde_json::{Value, json};

use super::{Clarity, Completeness, Confidence, Domain, Layer, Level, MaterialType, Mode, Pattern, Priority, Prominence};

/// JSON Schema of the reply. Counts and lengths are checked by code: the service takes no such words in a schema.
#[must_use]
pub fn schema() -> Value {
    let text = json!({ "type": "string" });
    let list = |items: Value| json!({ "type": "array", "items": items });
    let one_of = |codes: Vec<&str>| json!({ "type": "string", "enum": codes });
    macro_rules! codes {
        ($name:ident) => {
            one_of($name::ALL.iter().map(|value| value.code()).collect())
        };
    }
    let element = object(&[("element", text.clone()), ("prominence", codes!(Prominence))]);
    let hypothesis = object(&[
        ("text", text.clone()),
        ("evidence", list(text.clone())),
        ("limits", text.clone()),
        ("alternatives", list(text.clone())),
        ("refuted_by", text.clone()),
        ("confidence", codes!(Confidence)),
        ("layer", codes!(Layer)),
        ("mode", codes!(Mode)),
    ]);
    let coping = object(&[("pattern", codes!(Pattern)), ("note", text.clone()), ("confidence", codes!(Clarity))]);
    let uncertainty = object(&[
        ("level", codes!(Level)),
        ("data_gaps", list(text.clone())),
        ("ambiguities", list(text.clone())),
        ("cautions", list(text.clone())),
    ]);
    let question = object(&[("q", text.clone()), ("why", text.clone()), ("priority", codes!(Priority))]);
    object(&[
        ("material_type", codes!(MaterialType)),
        ("completeness", codes!(Completeness)),
        ("summary", text.clone()),
        ("key_elements", list(element)),
        ("hypotheses", list(hypothesis)),
        ("tension", text),
        ("domains", list(codes!(Domain))),
        ("patterns", list(coping)),
        ("uncertainty", uncertainty),
        ("questions", list(question)),
    ])
}
