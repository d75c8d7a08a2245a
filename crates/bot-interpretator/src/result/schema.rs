//! The form of a model's reply.
use bot_material::reply::{list, object, one_of, text};
use serde_json::Value;

use super::{Clarity, Completeness, Confidence, Domain, Layer, Level, MaterialType, Mode, Pattern, Priority, Prominence};

/// JSON Schema of the reply. Counts and lengths are checked by code: the service takes no such words in a schema.
#[must_use]
pub fn schema() -> Value {
    let element = object(&[("element", text()), ("prominence", one_of(Prominence::ALL))]);
    let hypothesis = object(&[
        ("text", text()),
        ("evidence", list(&text())),
        ("limits", text()),
        ("alternatives", list(&text())),
        ("refuted_by", text()),
        ("confidence", one_of(Confidence::ALL)),
        ("layer", one_of(&Layer::ALL)),
        ("mode", one_of(Mode::ALL)),
    ]);
    let coping = object(&[("pattern", one_of(Pattern::ALL)), ("note", text()), ("confidence", one_of(Clarity::ALL))]);
    let uncertainty = object(&[
        ("level", one_of(Level::ALL)),
        ("data_gaps", list(&text())),
        ("ambiguities", list(&text())),
        ("cautions", list(&text())),
    ]);
    let question = object(&[("q", text()), ("why", text()), ("priority", one_of(Priority::ALL))]);
    object(&[
        ("material_type", one_of(MaterialType::ALL)),
        ("completeness", one_of(Completeness::ALL)),
        ("summary", text()),
        ("key_elements", list(&element)),
        ("hypotheses", list(&hypothesis)),
        ("tension", text()),
        ("domains", list(&one_of(Domain::ALL))),
        ("patterns", list(&coping)),
        ("uncertainty", uncertainty),
        ("questions", list(&question)),
    ])
}
