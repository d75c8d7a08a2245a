//! What a model may answer, and what is refused.
use domain::Locale;
use psycheos_bot_screen::report::{Fault, Questions, Structural, read_portrait, read_questions, read_structural, template};
use serde_json::{Value, json};

use crate::sessions::{collected, input, random_session};

fn structural() -> Value {
    serde_json::to_value(template::structural(&input(collected(random_session(3), Locale::Ru)))).unwrap()
}

fn questions() -> Value {
    serde_json::to_value(template::questions(&input(collected(random_session(3), Locale::Ru)))).unwrap()
}

fn portrait() -> Value {
    serde_json::to_value(template::portrait(&input(collected(random_session(3), Locale::Ru)))).unwrap()
}

fn structural_with(field: &str, text: &str) -> Result<Structural, Vec<Fault>> {
    let mut reply = structural();
    reply[field] = json!(text);
    read_structural(&reply.to_string(), Locale::Ru)
}

fn questions_with(change: impl FnOnce(&mut Value)) -> Result<Questions, Vec<Fault>> {
    let mut reply = questions();
    change(&mut reply);
    read_questions(&reply.to_string(), Locale::Ru)
}

fn portrait_with(text: &str) -> Vec<Fault> {
    let old = portrait()["text"].as_str().unwrap().to_owned();
    read_portrait(&json!({ "text": format!("{old}\n\n{text}") }).to_string(), Locale::Ru).unwrap_err()
}

#[test]
fn a_good_reply_is_taken_also_from_a_fenced_block() {
    for reply in [structural().to_string(), format!("```json\n{}\n```", structural()), format!("\n```{:#}```\n", structural())] {
        assert!(read_structural(&reply, Locale::Ru).is_ok());
    }
    assert!(read_questions(&questions().to_string(), Locale::Ru).is_ok());
    assert!(read_portrait(&portrait().to_string(), Locale::Ru).is_ok());
}

#[test]
fn refusals_garbage_and_cut_off_replies_are_no_json() {
    let whole = structural().to_string();
    let cut: String = whole.chars().take(whole.chars().count() / 2).collect();
    for reply in ["", "Я не могу с этим помочь.", "```json", &cut, &format!("{whole} и ещё слова")] {
        assert_eq!(read_structural(reply, Locale::Ru), Err(vec![Fault::NotJson]), "{reply}");
    }
}

#[test]
fn missing_unknown_and_mistyped_fields_are_refused() {
    let mut missing = structural();
    missing.as_object_mut().unwrap().remove("synthesis");
    let mut unknown = structural();
    unknown["diagnosis"] = json!("x");
    let mut mistyped = structural();
    mistyped["layers"] = json!(["x"]);
    for reply in [missing, unknown, mistyped, json!([]), json!("text"), json!(null)] {
        assert_eq!(read_structural(&reply.to_string(), Locale::Ru), Err(vec![Fault::WrongShape]), "{reply}");
    }
}

#[test]
fn an_explanation_with_digits_codes_or_a_diagnosis_is_refused() {
    let field = "synthesis";
    assert_eq!(structural_with(field, "Похоже, на 40 процентов это про темп и силы."), Err(vec![Fault::Digits { field }]));
    let faults = structural_with(field, "Похоже, ось A1 склоняется к сбережению сил сейчас.").unwrap_err();
    assert_eq!(faults, [Fault::Digits { field }, Fault::Codes { field }]);
    let faults = structural_with(field, "Судя по ответам, у клиента депрессия и упадок сил.").unwrap_err();
    assert_eq!(faults, [Fault::Forbidden { field, rule: "diagnosis" }]);
    let faults = structural_with(field, "Перед нами человек с низким риском, можно не спешить.").unwrap_err();
    assert_eq!(faults, [Fault::Forbidden { field, rule: "danger_verdict" }]);
}

#[test]
fn all_forbidden_wordings_of_a_field_are_named_at_once_and_each_rule_once() {
    let field = "synthesis";
    let faults = structural_with(field, "Похоже, у клиента депрессия или невроз, и это доказывает низкий риск.").unwrap_err();
    assert_eq!(faults, ["diagnosis", "certainty", "danger_verdict"].map(|rule| Fault::Forbidden { field, rule }));
}

#[test]
fn an_explanation_that_says_too_little_or_too_much_is_refused() {
    let field = "layers";
    assert_eq!(structural_with(field, "Тело и чувства."), Err(vec![Fault::TooShort { field }]));
    let long = vec!["похоже"; 601].join(" ");
    assert_eq!(structural_with(field, &long), Err(vec![Fault::TooManyWords { at_most: 600 }]));
}

#[test]
fn a_text_in_another_language_is_refused() {
    let field = "layers";
    let faults = structural_with(field, "The layer of energy and body seems to answer loudest here.").unwrap_err();
    assert_eq!(faults, [Fault::WrongLanguage { field }]);
    let english = serde_json::to_string(&template::portrait(&input(collected(random_session(3), Locale::En)))).unwrap();
    assert!(read_portrait(&english, Locale::En).is_ok());
    assert!(read_portrait(&portrait().to_string(), Locale::En).unwrap_err().contains(&Fault::WrongLanguage { field: "text" }));
}

#[test]
fn wrong_counts_of_questions_are_refused() {
    let faults = questions_with(|reply| reply["verify_axes"].as_array_mut().unwrap().truncate(1)).unwrap_err();
    assert_eq!(faults, [Fault::WrongCount { found: 5 }]);
    let many = |reply: &mut Value| {
        let one = reply["verify_axes"][0].clone();
        reply["verify_axes"].as_array_mut().unwrap().extend([one.clone(), one]);
    };
    assert_eq!(questions_with(many).unwrap_err(), [Fault::WrongCount { found: 9 }]);
    let moved = |reply: &mut Value| {
        let taken = reply["life_context"].take();
        reply["life_context"] = json!([]);
        reply["verify_axes"].as_array_mut().unwrap().extend(taken.as_array().unwrap().clone());
    };
    assert_eq!(questions_with(moved).unwrap_err(), [Fault::EmptyGroup { field: "life_context" }]);
}

#[test]
fn a_question_that_asks_nothing_is_too_long_or_commands_is_refused() {
    let field = "verify_axes";
    let with = |q: &str| questions_with(|reply| reply["verify_axes"][0]["q"] = json!(q)).unwrap_err();
    assert_eq!(with("Расскажите о себе подробнее."), [Fault::NoQuestion { field }]);
    assert_eq!(with(&format!("Как вы {}?", "очень ".repeat(60))), [Fault::TooLong { field, at_most: 300 }]);
    assert_eq!(with("Вы должны рассказать, почему так?"), [Fault::Forbidden { field, rule: "directive" }]);
    let empty = questions_with(|reply| reply["verify_axes"][0]["why"] = json!(" ")).unwrap_err();
    assert_eq!(empty, [Fault::TooShort { field }]);
}

#[test]
fn a_portrait_with_terms_comfort_or_a_diagnosis_is_refused() {
    let field = "text";
    assert_eq!(portrait_with("Похоже, ваша ригидность невысока."), [Fault::Terms { field }]);
    assert_eq!(portrait_with("Заметнее других слой чувств."), [Fault::Terms { field }]);
    assert_eq!(portrait_with("Не волнуйтесь об этом."), [Fault::Forbidden { field, rule: "promise" }]);
    assert_eq!(portrait_with("Похоже на ПРЛ."), [Fault::Forbidden { field, rule: "diagnosis" }]);
    assert_eq!(portrait_with("Это видно по L0."), [Fault::Codes { field }]);
    assert_eq!(portrait_with("Это видно по А3 и по Л1."), [Fault::Codes { field }]);
}

#[test]
fn a_portrait_that_addresses_nobody_or_is_too_short_or_too_long_is_refused() {
    let field = "text";
    let read = |text: String| read_portrait(&json!({ "text": text }).to_string(), Locale::Ru).unwrap_err();
    assert_eq!(read(vec!["похоже"; 100].join(" ")), [Fault::NotAddressed { field }]);
    assert_eq!(read("Похоже, вы бережёте силы.".to_owned()), [Fault::TooShort { field }]);
    assert_eq!(read(vec!["вы"; 351].join(" ")), [Fault::TooManyWords { at_most: 350 }]);
}

#[test]
fn every_fault_of_a_reply_is_told_once() {
    let mut reply = structural();
    reply["layers"] = json!("Тело.");
    reply["synthesis"] = json!("Это доказывает, что у клиента невроз и паника.");
    let faults = read_structural(&reply.to_string(), Locale::Ru).unwrap_err();
    assert!(faults.contains(&Fault::TooShort { field: "layers" }));
    assert!(faults.iter().any(|fault| matches!(fault, Fault::Forbidden { field: "synthesis", .. })));
    let mut once = faults.clone();
    once.dedup();
    assert_eq!(once, faults);
}
