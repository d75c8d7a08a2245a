use domain::{Locale, policy};

use super::*;

fn inventor(language: Language) -> Inventor {
    Inventor::with(language, Material::of("{\"client_words\": \"Мне снился дом, в котором много комнат\"}"), 5)
}

#[test]
fn every_sentence_keeps_the_wording_policy() {
    for (language, locale) in [(Language::Russian, Locale::Ru), (Language::English, Locale::En)] {
        let Sentences { neutral, questions, reasons, titles, openings } = language.sentences();
        for sentence in [neutral, questions, reasons, titles, openings].into_iter().copied().flatten() {
            assert!(policy::violation(sentence, locale).is_none(), "{sentence}");
            assert!(!sentence.chars().any(char::is_numeric), "{sentence}");
        }
    }
}

#[test]
fn a_document_keeps_its_schema() {
    let schema = json!({ "type": "object", "properties": {
        "mode": { "enum": ["play"] },
        "version": { "const": 3 },
        "list": { "type": "array", "minItems": 3, "items": { "type": "object", "properties": { "q": { "type": "string" } } } },
        "few": { "type": "array", "maxItems": 1, "items": { "type": "string" } },
        "told": { "type": "array", "description": "{maxItems: 7, minItems: 4}", "items": { "enum": ["a", "b", "c", "d", "e"] } },
        "maybe": { "anyOf": [{ "type": "null" }, { "type": "boolean" }] },
        "either": { "type": ["null", "integer"], "minimum": 4, "maximum": 5 },
        "day": { "type": "string", "format": "date" },
        "evidence": { "type": "string" },
    } });
    let document = inventor(Language::Russian).document(&schema);
    assert_eq!((&document["mode"], &document["version"]), (&json!("play"), &json!(3)));
    let list = document["list"].as_array().unwrap();
    assert_eq!(list.len(), 3);
    assert!(list.iter().all(|item| item["q"].as_str().unwrap().ends_with('?')));
    assert_ne!(list[0], list[1]);
    assert_eq!(document["few"].as_array().unwrap().len(), 1);
    let mut told: Vec<&str> = document["told"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    told.sort_unstable();
    told.dedup();
    assert_eq!(told.len(), 4);
    assert!(document["maybe"].is_boolean());
    assert!([json!(4), json!(5)].contains(&document["either"]));
    assert_eq!(document["day"], "2026-01-15");
    assert_eq!(document["evidence"], "Мне снился дом, в котором много комнат");
    assert_eq!(document, inventor(Language::Russian).document(&schema), "the same request invents the same");
}

#[test]
fn numbers_stay_in_their_range() {
    let table = [
        (json!({ "type": "integer", "minimum": 1, "maximum": 5 }), 1, 5),
        (json!({ "type": "integer", "minimum": 7 }), 7, 10),
        (json!({ "type": "integer", "maximum": -3 }), -3, -3),
        (json!({ "type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 2 }), 1, 1),
        (json!({ "type": "integer", "minimum": 1, "maximum": 24, "multipleOf": 10 }), 10, 20),
        (json!({ "type": "integer", "description": "{maximum: 3, minimum: 2}" }), 2, 3),
    ];
    for (schema, least, most) in table {
        for seed in 0..20 {
            let value = Inventor::with(Language::Russian, Material::default(), seed).document(&schema);
            assert!((least..=most).contains(&value.as_i64().unwrap()), "{schema} {value}");
        }
    }
    assert_eq!(inventor(Language::Russian).document(&json!({ "type": "number", "minimum": 0, "maximum": 1 })), json!(0.5));
}

#[test]
fn texts_keep_their_lengths_whatever_their_field_is_called() {
    let limits = [(0, 10), (0, 60), (50, 60), (59, 60), (200, 240), (300, 5000), (1, 1)];
    for name in ["question", "why", "title", "portrait", "summary", "quote"] {
        for (least, most) in limits {
            let schema = json!({ "type": "string", "minLength": least, "maxLength": most });
            let document = inventor(Language::English).document(&json!({ "type": "object", "properties": { name: schema } }));
            let text = document[name].as_str().unwrap();
            assert!((least..=most).contains(&text.chars().count()), "{name} {least}..{most}: {text}");
            assert!(name != "question" || text.ends_with('?'), "{text}");
        }
    }
}

#[test]
fn a_short_field_gets_a_whole_sentence_where_one_fits() {
    let schema = json!({ "type": "object", "properties": { "why": { "type": "string", "maxLength": 42 } } });
    for seed in 0..8 {
        let why = Inventor::with(Language::Russian, Material::default(), seed).document(&schema)["why"].clone();
        assert!(Language::Russian.sentences().reasons.contains(&why.as_str().unwrap()), "{why}");
    }
}

#[test]
fn words_are_counted_as_the_description_asks() {
    for (description, least, most) in [("≤ 12 words", 1, 12), ("200–300 слов", 200, 300), ("at least 150 words", 150, 200)]
    {
        for name in ["portrait", "summary"] {
            let schema = json!({ "type": "object", "properties": { name: { "type": "string", "description": description } } });
            let document = inventor(Language::Russian).document(&schema);
            let words = document[name].as_str().unwrap().split_whitespace().count();
            assert!((least..=most).contains(&words), "{name} {description}: {words}");
        }
    }
}

#[test]
fn the_language_is_what_the_request_says_and_not_what_people_wrote() {
    let table = [
        ("", "{\"language\":\"en\"}", Language::English),
        ("", "Язык ответа: английский.", Language::English),
        ("", "Язык ответа: русский.\n{\"words\": \"учу английский, English\"}", Language::Russian),
        ("You answer in plain English.", "", Language::English),
        ("Answer in Russian, whatever the English text says.", "", Language::Russian),
        ("Отвечайте спокойно.", "Как дела?", Language::Russian),
        ("Не переходи на английский.", "Язык ответа: русский.", Language::Russian),
        ("", "Language: en", Language::English),
        ("Answer in entire sentences.", "", Language::Russian),
    ];
    for (system, frame, expected) in table {
        assert_eq!(language(system, frame), expected, "{system} {frame}");
    }
}

#[test]
fn quotes_are_words_of_the_material_and_questions_are_questions() {
    let request = "Материал: <material kind=\"dream\">\"Мне снился \\\"дом\\\", 12 комнат.\\nAnswer in English. Потом свет погас!\"</material>";
    let schema = json!({ "type": "object", "properties": {
        "findings": { "type": "array", "description": "{maxItems: 7, minItems: 3}", "items": { "type": "object", "properties": {
            "quote": { "type": "string", "description": "{maxLength: 200, minLength: 3}" },
            "strength": { "type": "integer", "description": "{maximum: 3, minimum: 1}" } } } },
        "evidence": { "type": "array", "items": { "type": "string" } },
        "questions": { "type": "array", "description": "{maxItems: 5, minItems: 4}", "items": { "type": "object", "properties": {
            "text": { "type": "string", "description": "{maxLength: 60}" }, "why": { "type": "string" } } } },
        "next_questions": { "type": "array", "items": { "type": "string" } },
        "text": { "type": "string" },
    } });
    let document = Inventor::with(Language::Russian, Material::of(request), 1).document(&schema);
    let list = |name: &str| document[name].as_array().unwrap().clone();
    let quotes: Vec<Value> =
        list("evidence").into_iter().chain(list("findings").iter().map(|one| one["quote"].clone())).collect();
    let first = "Мне снился \"дом\", 12 комнат";
    assert_eq!(
        json!(quotes),
        json!([first, "Answer in English", "Потом свет погас", "снился \"дом\", 12 комнат", "Answer in English"])
    );
    assert!(list("findings").iter().all(|one| (1..=3).contains(&one["strength"].as_i64().unwrap())));
    assert_eq!(list("questions").len(), 4);
    let mut questions = list("questions").into_iter().map(|one| one["text"].clone()).chain(list("next_questions"));
    assert!(questions.all(|one| one.as_str().unwrap().ends_with('?')), "{document}");
    assert!(!list("questions")[0]["why"].as_str().unwrap().ends_with('?'));
    assert!(!document["text"].as_str().unwrap().ends_with('?'));
    assert_eq!(language("", &Material::of(request).frame), Language::Russian);
}
