//! What of a model's reply about a line is taken.
use bot_material::reply::Why;
use domain::Locale;
use psycheos_bot_simulator::{
    ask::{Fault, LineAsk, mend_turn, read_turn},
    engine::{Fit, Layer, RiskEnquiry, Snapshot},
};
use serde_json::{Value, json};

use crate::scene::{case, good_turn, line_ask};

fn with(field: &str, value: Value) -> String {
    let mut reply = good_turn();
    reply[field] = value;
    reply.to_string()
}

fn faults(reply: &str, ask: &LineAsk<'_>) -> Vec<Fault> {
    read_turn(reply, ask).err().unwrap_or_default()
}

#[test]
fn a_good_reply_is_taken_as_it_is() {
    let case = case("NEUROTIC");
    let now = Snapshot::start(&case.parameters);
    let ask = line_ask(case, &now, "Похоже, это стыдно.");
    let turn = read_turn(&good_turn().to_string(), &ask).unwrap();
    assert_eq!((turn.reading.fit(), turn.reading.addressed()), (Fit::Matches, Layer::L2));
    assert!(turn.words.starts_with("Наверное"));
    assert!(read_turn(&format!("```json\n{}\n```", good_turn()), &ask).is_ok());
    assert!(read_turn(&with("client_words", json!("…")), &ask).is_ok(), "silence is an answer");
}

#[test]
fn each_rule_refuses_a_reply_of_its_own() {
    let case = case("NEUROTIC");
    let now = Snapshot::start(&case.parameters);
    let ask = line_ask(case, &now, "Похоже, это стыдно.");
    let why = |why| move |fault: &Fault| matches!(fault, Fault::Reply(fault) if fault.why == why);
    let forbidden = |rule| why(Why::Forbidden { rule });
    type Is = Box<dyn Fn(&Fault) -> bool>;
    let table: Vec<(&str, Value, Is)> = vec![
        ("fit", json!("helps"), Box::new(why(Why::Shape))),
        ("addressed_layer", json!("L5"), Box::new(why(Why::Shape))),
        ("risk_enquiry", json!(["how"]), Box::new(why(Why::Shape))),
        ("score", json!(1), Box::new(why(Why::Shape))),
        ("regulatory_match", json!(0.3), Box::new(|fault| matches!(fault, Fault::Reading(_)))),
        ("goal_relevance", json!(1.5), Box::new(|fault| matches!(fault, Fault::Reading(_)))),
        ("client_words", json!(""), Box::new(why(Why::TooShort))),
        ("client_words", json!("I am ashamed that I cannot choose."), Box::new(why(Why::Language))),
        ("client_words", json!("слово ".repeat(160)), Box::new(why(Why::TooLong { at_most: 900 }))),
        ("client_words", json!("да ".repeat(151)), Box::new(|fault| matches!(fault, Fault::TooManyWords { at_most: 100 }))),
        ("client_words", json!("У меня сейчас слой L2 активен."), Box::new(|fault| *fault == Fault::OutOfRole)),
        ("client_words", json!("Я языковая модель и не чувствую."), Box::new(|fault| *fault == Fault::OutOfRole)),
        ("client_words", json!("Хочу спрыгнуть с крыши."), Box::new(forbidden("harm_method"))),
        ("client_words", json!("У меня депрессия, мне врач сказал."), Box::new(forbidden("diagnosis"))),
        ("client_words", json!("Не хочу больше жить."), Box::new(|fault| *fault == Fault::DangerInvented)),
        ("explanation", json!("Реплика повысила доверие на 4,5 пункта."), Box::new(|fault| matches!(fault, Fault::Number(_)))),
        ("explanation", json!("Вы должны спросить о сне клиента."), Box::new(forbidden("directive"))),
    ];
    for (field, value, is) in table {
        let reply = with(field, value);
        assert!(faults(&reply, &ask).iter().any(is), "{reply}: {:?}", faults(&reply, &ask));
    }
    for reply in ["", "Не могу помочь с этим.", "{", "[]", "null"] {
        assert!(read_turn(reply, &ask).is_err() && mend_turn(reply, &ask).is_none(), "{reply}");
    }
}

#[test]
fn a_client_who_cannot_think_is_not_let_speak_at_length() {
    let case = case("ACUTE");
    let mut now = Snapshot::start(&case.parameters);
    now.hidden.cognitive_access = psycheos_bot_simulator::engine::Level::whole(10);
    let ask = line_ask(case, &now, "Я рядом.");
    let long =
        with("client_words", json!("Мне трудно сейчас говорить, но я попробую рассказать вам всё по порядку с самого начала."));
    assert!(faults(&long, &ask).contains(&Fault::TooManyWords { at_most: 8 }));
    let mended = mend_turn(&long, &ask).unwrap();
    assert_eq!((mended.turn.words.as_str(), mended.flags), ("(молчит)", vec!["client_words:length".to_owned()]));
}

#[test]
fn a_case_with_danger_lets_the_client_speak_of_it_but_never_of_methods() {
    let case = case("ACUTE");
    let now = Snapshot::start(&case.parameters);
    let ask = line_ask(case, &now, "Вы думаете о том, чтобы не жить?");
    assert!(read_turn(&with("client_words", json!("Да. Думала… не хочу жить.")), &ask).is_ok());
    assert!(!faults(&with("client_words", json!("Наглотаюсь таблеток и всё.")), &ask).is_empty());
}

#[test]
fn of_a_reply_that_broke_the_rules_twice_the_class_stays_and_the_words_are_ours() {
    let case = case("NEUROTIC");
    let now = Snapshot::start(&case.parameters);
    for locale in [Locale::Ru, Locale::En] {
        let ask = LineAsk { locale, ..line_ask(case, &now, "Соберитесь.") };
        let mut bad = good_turn();
        bad["fit"] = json!("escalates");
        bad["client_words"] = json!("У меня депрессия.");
        bad["explanation"] = json!("TSI 0.4");
        let mended = mend_turn(&bad.to_string(), &ask).unwrap();
        assert_eq!((mended.turn.reading.fit(), mended.turn.reading.regulatory_match().value()), (Fit::Escalates, 0.4));
        assert!(mended.flags.contains(&"client_words:diagnosis".to_owned()), "{:?}", mended.flags);
        // What is ours passes the rules that the model's words did not.
        let mut ours = good_turn();
        ours["client_words"] = json!(mended.turn.words);
        ours["explanation"] = json!(mended.turn.explanation);
        assert_eq!(faults(&ours.to_string(), &ask), []);
    }
}

#[test]
fn every_fallback_passes_every_rule() {
    for locale in [Locale::Ru, Locale::En] {
        for case in psycheos_bot_simulator::cases::library() {
            for access in [10, 30, 60, 90] {
                for fit in Fit::ALL {
                    let mut now = Snapshot::start(&case.parameters);
                    now.hidden.cognitive_access = psycheos_bot_simulator::engine::Level::whole(access);
                    let ask = LineAsk { locale, ..line_ask(case, &now, "Да.") };
                    let mut bad = good_turn();
                    (bad["fit"], bad["client_words"], bad["explanation"]) = (json!(fit.as_str()), json!("L0"), json!("%"));
                    let mended = mend_turn(&bad.to_string(), &ask).unwrap().turn;
                    let mut ours = good_turn();
                    (ours["client_words"], ours["explanation"]) = (json!(mended.words), json!(mended.explanation));
                    assert_eq!(faults(&ours.to_string(), &ask), [], "{locale:?} {access} {fit:?}");
                }
            }
        }
    }
}

#[test]
fn a_plain_question_that_the_model_missed_is_heard_by_the_lexicon() {
    let case = case("ACUTE");
    let now = Snapshot::start(&case.parameters);
    for (line, direct) in [
        ("Вы думаете о самоубийстве?", true),
        ("Скажите прямо: бывает, что не хочется жить?", true),
        ("Как вы спали сегодня?", false),
        ("Я слышу, что вы не хотите жить.", false),
    ] {
        let ask = line_ask(case, &now, line);
        let turn = read_turn(&with("client_words", json!("Да… бывает.")), &ask).unwrap();
        assert_eq!(turn.reading.enquiries().has(RiskEnquiry::Direct), direct, "{line}");
    }
}
