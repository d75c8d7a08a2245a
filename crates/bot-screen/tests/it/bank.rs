//! The bank against the numbers it was written from.
use domain::Locale;
use psycheos_bot_screen::{
    bank::{Bank, OPTION_CHARS, QUESTION_CHARS, Question, QuestionId, Split, bank},
    engine::{Axis, Layer},
};
use serde_json::Value;

fn weights() -> Value {
    serde_json::from_str(include_str!("../../data/screen-weights.json")).unwrap()
}

fn list<'a>(of: &'a Value, key: &str) -> &'a Vec<Value> {
    of[key].as_array().unwrap()
}

/// Each entry of the numbers, with its id, in order.
fn entries(weights: &Value) -> Vec<(String, Value)> {
    let named = |of: &str, id: &str| {
        list(weights, of).iter().map(|entry| (entry[id].as_str().unwrap().to_owned(), entry.clone())).collect::<Vec<_>>()
    };
    [named("phase1_screens", "screen_id"), named("phase2_nodes", "node")].concat()
}

fn all() -> impl Iterator<Item = &'static Question> {
    bank().phase1().iter().chain(bank().nodes())
}

#[test]
fn the_bank_reads_without_fault() {
    assert_eq!(Bank::load().as_ref(), Ok(bank()));
}

#[test]
fn every_question_has_the_id_options_weights_and_splits_of_the_numbers() {
    let entries = entries(&weights());
    assert_eq!(entries.len(), 26);
    assert_eq!(all().count(), entries.len());
    for (question, (id, entry)) in all().zip(&entries) {
        assert_eq!(&question.id.to_string(), id);
        let options = list(entry, "options");
        assert_eq!(question.options.len(), options.len(), "{id}");
        assert_eq!(Some(question.options.len() as u64), entry["option_count"].as_u64(), "{id}");
        for (at, (option, numbers)) in question.options.iter().zip(options).enumerate() {
            for axis in Axis::ALL {
                let weight = numbers["axis_weights"].get(axis.code()).map_or(0.0, |weight| weight.as_f64().unwrap());
                assert_eq!(option.axis[axis], weight, "{id}, option {at}, {axis:?}");
            }
            for layer in Layer::ALL {
                let weight = numbers["layer_weights"].get(layer.code()).map_or(0.0, |weight| weight.as_f64().unwrap());
                assert_eq!(option.layer[layer], weight, "{id}, option {at}, {layer:?}");
            }
            let split: Option<Split> = serde_json::from_value(numbers["split"].clone()).unwrap();
            assert_eq!(option.split, split, "{id}, option {at}");
        }
    }
}

#[test]
fn every_text_is_there_in_both_languages_and_fits() {
    let cyrillic = |text: &str| text.chars().any(|c| ('а'..='я').contains(&c));
    for question in all() {
        for locale in [Locale::Ru, Locale::En] {
            let texts = question.options.iter().map(|option| option.text(locale));
            for text in texts.clone().chain([question.text(locale)]) {
                assert_eq!(cyrillic(text), locale == Locale::Ru, "{text}");
                assert_eq!(text.trim(), text);
            }
            assert!(question.text(locale).chars().count() <= QUESTION_CHARS);
            assert!(question.text(locale).ends_with('?'));
            assert!(texts.clone().all(|text| text.chars().count() <= OPTION_CHARS));
            let mut distinct: Vec<&str> = texts.collect();
            distinct.sort_unstable();
            distinct.dedup();
            assert_eq!(distinct.len(), question.options.len(), "{}", question.id);
        }
    }
}

#[test]
fn no_text_of_the_bank_says_what_the_wording_policy_forbids() {
    for question in all() {
        for locale in [Locale::Ru, Locale::En] {
            for text in question.options.iter().map(|option| option.text(locale)).chain([question.text(locale)]) {
                assert_eq!(domain::policy::violation(text, locale), None, "{text}");
            }
        }
    }
}

#[test]
fn every_id_reads_back_as_itself_and_nothing_else_is_an_id() {
    for id in QuestionId::phase1().chain(QuestionId::nodes()) {
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(bank().question(id).id, id);
        assert_eq!(serde_json::from_str::<QuestionId>(&serde_json::to_string(&id).unwrap()).unwrap(), id);
    }
    for wrong in ["", "P1_00", "P1_07", "P1_1", "A0_L0", "A1_L5", "A5_L0", "a1_l0", "L0_A1", "A1_L0 "] {
        assert!(wrong.parse::<QuestionId>().is_err(), "{wrong}");
    }
}

#[test]
fn a_broken_bank_is_refused_with_a_reason() {
    let good = include_str!("../../content/bank.toml");
    let broken = |from: &str, to: &str| {
        assert!(good.contains(from), "{from}");
        Bank::parse(&good.replacen(from, to, 1)).unwrap_err()
    };
    assert!(Bank::parse("").is_err());
    assert!(broken("id = \"P1_02\"", "id = \"P1_01\"").contains("in order"));
    assert!(broken("id = \"P1_02\"", "id = \"P1_99\"").contains("not a code"));
    assert!(broken("A1 = 0.5", "A1 = 1.5").contains("within"));
    assert!(broken("A1 = 0.5", "A9 = 0.5").contains("unknown variant"));
    assert!(broken("Заставляю себя начать", "").contains("empty"));
    assert!(broken("Заставляю себя начать", &"я".repeat(OPTION_CHARS + 1)).contains("too long"));
    assert!(broken("Вы устали", &"я".repeat(QUESTION_CHARS)).contains("too long"));
    assert!(broken(", split = \"H1\"", "").contains("split"));
}
