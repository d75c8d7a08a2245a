//! A case of one's own: what it must be, and that nobody is recognised in it.
use domain::{Locale, RunId};
use psycheos_bot_simulator::{
    ask::{Fault, OWN_KEY, OwnCaseAsk, Trace, mend_own_case, own_case_prompt, read_own_case, traces},
    cases::Case,
    engine::risk::RiskKind,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::scene::case;

const SOURCE: &str = "Клиентка Светлана, 38 лет, Пермь. Работает бухгалтером в «Ромашке», тел. 8 912 345 67 89. \
                      Она сказала Игорю, что каждое утро ей трудно выйти из дома и сесть в автобус. Приём 12.03.2025.";

fn ask<'a>(material: &'a [&'a str]) -> OwnCaseAsk<'a> {
    OwnCaseAsk { run: RunId(Uuid::from_u128(7)), locale: Locale::Ru, material }
}

/// A case that breaks no rule, as a model writes it: one of the library, without its key.
fn good() -> Value {
    let mut case = serde_json::to_value(case("NEUROTIC")).unwrap();
    case.as_object_mut().unwrap().remove("key");
    case
}

fn faults(reply: &Value, material: &[&str]) -> Vec<Fault> {
    read_own_case(&reply.to_string(), &ask(material)).err().unwrap_or_default()
}

#[test]
fn a_good_reply_becomes_a_case_under_a_key_of_its_own() {
    let found: Case = read_own_case(&good().to_string(), &ask(&[SOURCE])).unwrap();
    assert_eq!(found.key.as_str(), OWN_KEY);
    assert_eq!((found.faults(), found.forbidden_wording()), (Vec::new(), None));
    assert!(own_case_prompt(&ask(&[SOURCE, "Ещё"])).user.contains("2. <material"));
}

#[test]
fn the_schema_has_every_field_of_a_case_and_no_other() {
    fn same(schema: &Value, value: &Value, at: &str) {
        if let (Some(properties), Some(fields)) = (schema.get("properties").and_then(Value::as_object), value.as_object()) {
            let (mut wanted, mut found): (Vec<_>, Vec<_>) = (fields.keys().collect(), properties.keys().collect());
            wanted.sort();
            found.sort();
            assert_eq!(found, wanted, "{at}");
            fields.iter().for_each(|(name, value)| same(&properties[name], value, &format!("{at}/{name}")));
        }
        if let (Some(items), Some(first)) = (schema.get("items"), value.as_array().and_then(|list| list.first())) {
            same(items, first, at);
        }
    }
    same(&own_case_prompt(&ask(&[SOURCE])).schema, &good(), "");
}

#[test]
fn each_trace_of_a_person_is_seen() {
    for (text, trace) in [
        ("Приходит и говорит, что Светлане трудно.", Some(Trace::Name)),
        ("Светлана приходит и молчит.", Some(Trace::Name)),
        ("Живёт на окраине Перми.", Some(Trace::Name)),
        ("Переехала из Самары.", Some(Trace::Name)),
        ("Просила звонить: 8 912 345 67 89.", Some(Trace::Contact)),
        ("Пишет на anna@mail.example.", Some(Trace::Contact)),
        ("Началось в 2019 году.", Some(Trace::Date)),
        ("С 12.03 почти не спит.", Some(Trace::Date)),
        ("Каждое утро ей трудно выйти из дома и сесть в автобус.", Some(Trace::Verbatim)),
        ("По утрам тяжело выходить, автобус пугает. Вы это понимаете.", None),
        ("Начальница сказала ей: «Соберитесь», и стало хуже.", None),
        ("Спит по 5 часов, 3 ночи подряд.", None),
    ] {
        let mut case = case("NEUROTIC").clone();
        case.client.speech = text.to_owned();
        let found: Vec<Trace> =
            traces(&case, SOURCE).into_iter().filter(|(field, _)| field == "client.speech").map(|(_, trace)| trace).collect();
        assert_eq!(found.first().copied(), trace, "{text}: {found:?}");
    }
}

#[test]
fn each_rule_refuses_a_case_of_its_own() {
    for (field, value, part) in [
        ("/parameters/tension", json!(140), ""),
        ("/client/age", json!(5), "client.age"),
        ("/layer_b", json!([]), "layer_b"),
        ("/opening", json!("У меня депрессия."), "opening"),
        ("/opening", json!("Хочу спрыгнуть с крыши."), "opening"),
        ("/opening", json!("Hello, I have been here before and I do not know."), "opening"),
        ("/opening_en", json!("Здравствуйте, я здесь впервые."), "opening_en"),
        ("/client/facts/0", json!("Светлана живёт одна."), "client.facts[0]"),
        ("/risk/kind", json!("true_risk"), "risk.called_for"),
    ] {
        let mut bad = good();
        *bad.pointer_mut(field).unwrap() = value;
        let found = faults(&bad, &[SOURCE]);
        assert!(found.iter().any(|fault| fault.instruction().starts_with(part)), "{field}: {found:?}");
        assert!(!found.is_empty(), "{field}");
    }
    for reply in ["", "Не могу.", "[]", "{}"] {
        assert!(read_own_case(reply, &ask(&[SOURCE])).is_err() && mend_own_case(reply, &ask(&[SOURCE])).is_none());
    }
}

#[test]
fn a_sign_of_danger_in_the_material_is_never_lost() {
    let material = ["Сказала, что не хочет жить."];
    assert!(faults(&good(), &material).contains(&Fault::DangerLost));
    assert_eq!(mend_own_case(&good().to_string(), &ask(&material)), None);
    let mut kept = serde_json::to_value(case("ACUTE")).unwrap();
    kept.as_object_mut().unwrap().remove("key");
    assert!(!faults(&kept, &material).contains(&Fault::DangerLost));
    assert_eq!(case("ACUTE").risk.kind, RiskKind::TrueRisk);
}

#[test]
fn entries_that_break_a_rule_twice_are_left_out_and_a_text_that_does_makes_no_case() {
    let mut bad = good();
    bad["client"]["facts"][0] = json!("Светлана живёт одна.");
    bad["sensitive_zones"][0] = json!("Тема болезни: депрессия.");
    let (case, flags) = mend_own_case(&bad.to_string(), &ask(&[SOURCE])).unwrap();
    assert!(!case.client.facts.iter().any(|fact| fact.contains("Светлана")));
    assert!(flags.contains(&"client.facts[0]:trace".to_owned()), "{flags:?}");
    bad["client"]["speech"] = json!("Светлана говорит тихо.");
    assert_eq!(mend_own_case(&bad.to_string(), &ask(&[SOURCE])), None);
}
