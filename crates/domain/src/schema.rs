//! How the nouns are described in OpenAPI 3.1, whose schemas are JSON Schema 2020-12: what the types alone do not say.
use serde_json::json;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        KnownFormat, Object, ObjectBuilder, OneOfBuilder, RefOr, Schema, SchemaFormat, Type, schema::AdditionalProperties,
    },
};

use crate::{
    KeyScope, Locale, PassRefusal, Role, ServiceId, Stars,
    artifact::{ArtifactType, CONTRACT_VERSION, KNOWN_MARKERS, Marker, allowed_values},
};

/// One of our ids.
pub(crate) fn uuid() -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid))).into()
}

fn one_of(words: &[&str]) -> Object {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words.to_vec())).build()
}

pub(crate) fn version() -> RefOr<Schema> {
    one_of(&[CONTRACT_VERSION]).into()
}

/// `notes` is a text, everything else is the tool's own.
pub(crate) fn raw() -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some("`notes` and whatever the tool adds."))
        .property("notes", ObjectBuilder::new().schema_type(Type::String))
        .required("notes")
        .additional_properties(Some(AdditionalProperties::FreeForm(true)))
        .into()
}

macro_rules! described_words {
    ($($name:ident: $about:literal),* $(,)?) => {$(
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let words: Vec<&str> = Self::ALL.iter().map(|word| word.as_str()).collect();
                let mut object = one_of(&words);
                object.description = Some($about.into());
                object.into()
            }
        }

        impl ToSchema for $name {}
    )*};
}

described_words! {
    ServiceId: "A tool.",
    Role: "Who a pass is for: `client` with Screen, `specialist` with the other tools.",
    Locale: "Language of texts.",
    KeyScope: "What a key may do.",
    PassRefusal: "Why a pass does not open.",
    ArtifactType: "What of a run's result an artifact is. A run has at most one of each; `full_report` ends the run.",
}

impl PartialSchema for Stars {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
            .description(Some("Telegram Stars, whole."))
            .into()
    }
}

impl ToSchema for Stars {}

impl PartialSchema for Marker {
    fn schema() -> RefOr<Schema> {
        let marker = |name: Object, value: Object| {
            ObjectBuilder::new()
                .schema_type(Type::Object)
                .property("name", name)
                .required("name")
                .property("value", value)
                .required("value")
                .additional_properties(Some(AdditionalProperties::FreeForm(false)))
        };
        let own = ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some(format!("^(?!(?:{})$)[A-Za-z0-9_]+$", KNOWN_MARKERS.join("|"))))
            .examples([json!("tension")])
            .build();
        let any = ObjectBuilder::new().schema_type(Type::String).build();
        let known = KNOWN_MARKERS.iter().map(|name| marker(one_of(&[name]), one_of(allowed_values(name).unwrap_or_default())));
        known
            .fold(OneOfBuilder::new(), OneOfBuilder::item)
            .item(marker(own, any))
            .description(Some(
                "A named value. `mode`, `layer_hint` and `uncertainty` have closed lists; tools may add their own.",
            ))
            .into()
    }
}

impl ToSchema for Marker {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_markers_are_those_with_a_closed_list() {
        assert!(KNOWN_MARKERS.iter().all(|name| allowed_values(name).is_some()));
    }
}
