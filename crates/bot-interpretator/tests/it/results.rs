//! What of a reply is taken, what is refused, and what an artifact says.
use bot_kit::{MESSAGE_UNITS, utf16_units};
use domain::{DangerCategory, DangerLevel, DangerSource, Locale, lexicon::Sign};
use psycheos_bot_interpretator::{
    ask::{Fault, Why},
    material::{Input, Part},
    result::{Payload, chat_summary, compose, mend, read_interpretation, schema},
};
use serde_json::{Value, json};

use crate::{good, input};

fn faults(reply: &Value, of: &Input) -> Vec<Fault> {
    read_interpretation(&reply.to_string(), of).err().unwrap_or_default()
}

fn has(reply: &Value, of: &Input, why: Why) -> bool {
    faults(reply, of).iter().any(|fault| fault.why == why)
}

#[test]
fn a_good_reply_is_taken_also_in_a_fenced_block_and_with_fields_nobody_asked_for() {
    let of = input(Locale::Ru);
    assert_eq!(faults(&good(), &of), []);
    assert!(read_interpretation(&format!("```json\n{}\n```", good()), &of).is_ok());
    let mut more = good();
    more["price"] = json!(0);
    more["hypotheses"][0]["diagnosis"] = json!("F32");
    let found = read_interpretation(&more.to_string(), &of).unwrap();
    assert!(!serde_json::to_string(&found).unwrap().contains("F32"));
}

/// Paths of every text field a model writes, by its schema.
fn text_fields(schema: &Value, path: &str, found: &mut Vec<String>) {
    match schema["type"].as_str() {
        Some("object") => {
            for (name, inner) in schema["properties"].as_object().unwrap() {
                text_fields(inner, &format!("{path}/{name}"), found);
            }
        }
        Some("array") => text_fields(&schema["items"], &format!("{path}/0"), found),
        _ if schema.get("enum").is_none() => found.push(path.to_owned()),
        _ => {}
    }
}

#[test]
fn the_wording_policy_reads_every_text_field_but_quotations() {
    let of = input(Locale::Ru);
    let mut fields = Vec::new();
    text_fields(&schema(), "", &mut fields);
    assert!(fields.len() >= 14, "{fields:?}");
    for field in fields {
        let mut reply = good();
        let place = reply.pointer_mut(&field).unwrap_or_else(|| panic!("{field}"));
        let words = place.as_str().unwrap().to_owned();
        *place = json!(if field.ends_with("/q") {
            "У вас депрессия, да?".to_owned()
        } else {
            format!("{words} Это клиническая депрессия.")
        });
        if field.contains("evidence") {
            assert!(has(&reply, &of, Why::NotInMaterial), "{field}");
        } else {
            assert!(has(&reply, &of, Why::Forbidden { rule: "diagnosis" }), "{field}: {:?}", faults(&reply, &of));
        }
    }
    // The client's own words are quoted as they are.
    let mut own = of.clone();
    own.parts.push(Part::Words("Она говорит: у меня депрессия с зимы.".into()));
    let mut reply = good();
    reply["hypotheses"][0]["evidence"] = json!(["у меня депрессия с зимы"]);
    assert_eq!(faults(&reply, &own), []);
}

#[test]
fn each_rule_of_form_refuses_a_reply_of_its_own() {
    let of = input(Locale::Ru);
    let hypothesis = good()["hypotheses"][0].clone();
    let table: [(&str, Value, Why); 14] = [
        ("/summary", json!("Кратко."), Why::TooShort),
        ("/summary", json!("слово ".repeat(200)), Why::TooLong { at_most: 1000 }),
        ("/summary", json!("A person walks through an old house, the stairs give way."), Why::Language),
        ("/key_elements", json!([]), Why::Count { from: 1, to: 10 }),
        ("/hypotheses", json!([]), Why::Count { from: 1, to: 3 }),
        ("/hypotheses", json!([hypothesis, hypothesis, hypothesis, hypothesis]), Why::Count { from: 1, to: 3 }),
        ("/hypotheses/0/evidence", json!([]), Why::Count { from: 1, to: 4 }),
        ("/hypotheses/0/evidence/0", json!("мост рушится в огонь"), Why::NotInMaterial),
        ("/hypotheses/0/alternatives", json!([]), Why::Count { from: 1, to: 3 }),
        ("/hypotheses/0/limits", json!(""), Why::TooShort),
        ("/questions", json!([good()["questions"][0]]), Why::Count { from: 3, to: 7 }),
        ("/questions/0/q", json!("Расскажите о доме."), Why::NoQuestion),
        ("/domains", json!(vec!["meaning_and_purpose"; 4]), Why::Count { from: 0, to: 3 }),
        ("/hypotheses/0/layer", json!("L9"), Why::Shape),
    ];
    for (field, value, why) in table {
        let mut reply = good();
        *reply.pointer_mut(field).unwrap() = value;
        assert!(has(&reply, &of, why), "{field}: {:?}", faults(&reply, &of));
    }
    for reply in ["", "Не могу помочь с этим.", "{", "[]", "null"] {
        assert!(read_interpretation(reply, &of).is_err(), "{reply}");
    }
}

#[test]
fn high_confidence_needs_named_gaps_and_little_material_allows_one_low_hypothesis() {
    let of = input(Locale::Ru);
    let mut sure = good();
    sure["hypotheses"][0]["confidence"] = json!("high");
    assert_eq!(faults(&sure, &of), []);
    sure["uncertainty"]["data_gaps"] = json!([]);
    assert!(has(&sure, &of, Why::TooSure));
    let little = Input {
        parts: vec![Part::Words("Сон: лестница рушится. Дерево без корней.".into())],
        corrections: Vec::new(),
        answers: Vec::new(),
        ..of
    };
    assert!(little.is_little());
    assert!(has(&good(), &little, Why::Count { from: 1, to: 1 }) && has(&good(), &little, Why::TooSure));
    let mut fragments = good();
    fragments["completeness"] = json!("fragmentary");
    assert!(has(&fragments, &input(Locale::Ru), Why::Count { from: 1, to: 1 }));
    let mended = mend(&good().to_string(), &little).unwrap();
    assert_eq!(mended.interpretation.hypotheses.len(), 1);
    let artifact = compose(&little, &mended.interpretation, &mended.flags);
    assert!(artifact.summary.one_liner.starts_with("Данных мало."));
    assert!(Payload::from_raw(&artifact.raw).unwrap().low_data);
}

#[test]
fn of_a_reply_that_broke_the_rules_twice_only_what_keeps_them_is_left() {
    let of = input(Locale::Ru);
    let mut bad = good();
    bad["hypotheses"][0]["text"] = json!("У клиентки депрессия, и лестница это доказывает.");
    bad["key_elements"][1]["element"] = json!("психоз");
    bad["questions"][0]["q"] = json!("Вы должны бросить мужа, да?");
    let mended = mend(&bad.to_string(), &of).unwrap();
    let text = serde_json::to_string(&mended.interpretation).unwrap();
    assert!(!text.contains("депресс") && !text.contains("психоз") && !text.contains("бросить"));
    assert_eq!((mended.interpretation.hypotheses.len(), mended.interpretation.questions.len()), (1, 3));
    assert!(mended.flags.iter().any(|flag| flag == "hypotheses.text:diagnosis"), "{:?}", mended.flags);
    // A frame that breaks the rules is said in our words; the hypotheses stay.
    let mut framed = bad.clone();
    framed["summary"] = json!("У клиентки депрессия, это видно по материалу целиком.");
    framed["tension"] = json!("Это психоз.");
    framed["key_elements"] = json!([{ "element": "психоз", "prominence": "central" }]);
    let kept = mend(&framed.to_string(), &of).unwrap();
    let text = serde_json::to_string(&kept.interpretation).unwrap();
    assert!(!text.contains("депресс") && !text.contains("психоз"));
    assert!(kept.interpretation.key_elements.is_empty() && kept.interpretation.hypotheses.len() == 1);
    assert!(compose(&of, &kept.interpretation, &kept.flags).validate().is_ok());
    // Where no hypothesis is left there is no result.
    bad["hypotheses"][1]["evidence"] = json!(["слова не отсюда"]);
    assert_eq!(mend(&bad.to_string(), &of), None);
    assert_eq!(mend("не JSON", &of), None);
}

#[test]
fn an_artifact_keeps_the_contract_and_names_danger_first() {
    for locale in [Locale::Ru, Locale::En] {
        let mut of = input(locale);
        let found = read_interpretation(&good().to_string(), &input(Locale::Ru)).unwrap();
        of.signs = vec![(Sign { category: DangerCategory::Suicide, level: DangerLevel::Urgent }, DangerSource::Lexicon)];
        of.assessed = false;
        let artifact = compose(&of, &found, &["summary:diagnosis".to_owned()]);
        artifact.validate().unwrap();
        assert_eq!(artifact.summary.risk_flags.len(), 1);
        assert_eq!(artifact.raw["safety"]["second_reading"], "not_assessed");
        let priorities: Vec<u8> = artifact.questions_for_session.iter().map(|question| question.priority).collect();
        assert_eq!(priorities, [1, 2, 3]);
        let kept = Payload::from_raw(&artifact.raw).unwrap();
        assert_eq!((kept.interpretation, kept.policy_flags.as_slice()), (found, ["summary:diagnosis".to_owned()].as_slice()));
        let messages = chat_summary(&artifact, locale);
        assert!(messages.iter().all(|html| utf16_units(&html.visible()) <= MESSAGE_UNITS));
        let first = messages[0].visible();
        assert!(first.starts_with('⚠'), "{first}");
        assert!(messages.last().unwrap().visible().contains(if locale == Locale::Ru {
            "не медицинское"
        } else {
            "no medical"
        }));
    }
}

#[test]
fn what_is_debug_printed_shows_no_persons_words() {
    let of = input(Locale::Ru);
    let printed = format!("{:?} {:?}", of.parts, of.answers);
    assert!(!printed.contains("дом") && !printed.contains("страх") && !printed.contains("дерево"), "{printed}");
}
