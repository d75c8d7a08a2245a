//! The debrief: what is computed, its words, and the artifact.
use bot_kit::{SecondReading, utf16_units};
use bot_material::{SeenSign, reply::Why};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{CaseId, DangerCategory, DangerLevel, DangerSource, Locale, RunId, artifact::Artifact, lexicon::Sign, policy};
use psycheos_bot_simulator::{
    ask::{DebriefAsk, DebriefText, Fault, fallback_debrief, mend_debrief, read_debrief},
    debrief::{By, Debrief, DebriefInput, Payload, compose, is_charged, picture},
    engine::{Fit, Goal, LineId, Session, SessionState, Signal, risk::Verdict},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::scene::{case, good_debrief, line, session, spoken};

const RUN: RunId = RunId(Uuid::from_u128(7));

/// Three lines, the second of which heated up; it was also tried otherwise before.
fn sample(word: &str) -> Session {
    let mut session = session(word, Goal::ContactStabilization, &[line(Fit::Matches), line(Fit::Ahead)]);
    assert!(session.rewind(LineId(2)));
    for fit in [Fit::Escalates, Fit::Matches] {
        session.say(line(fit)).unwrap();
    }
    session
}

fn computed(word: &str) -> (Session, Debrief) {
    let session = sample(word);
    let debrief = Debrief::of(case(word), &session, &spoken(&session)).unwrap();
    (session, debrief)
}

fn asking<'a>(word: &str, debrief: &'a Debrief, locale: Locale) -> DebriefAsk<'a> {
    DebriefAsk { run: RUN, locale, case: case(word), debrief }
}

fn artifact(word: &str, locale: Locale, text: &DebriefText, signs: &[SeenSign]) -> Artifact {
    let (session, debrief) = computed(word);
    compose(&DebriefInput {
        run: RUN,
        context: CaseId(Uuid::from_u128(2)),
        made_at: DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(20_000),
        correlation: "story",
        locale,
        case: case(word),
        session: &session,
        debrief: &debrief,
        text,
        by: By::Template,
        signs,
        flags: &["overview:diagnosis".to_owned()],
    })
}

#[test]
fn a_debrief_talks_of_the_way_the_specialist_ended_on_and_keeps_the_others() {
    let (session, debrief) = computed("ACUTE");
    let ids = |lines: &[psycheos_bot_simulator::debrief::Line]| lines.iter().map(|line| line.id.0).collect::<Vec<_>>();
    assert_eq!(ids(&debrief.lines), [1, 3, 4]);
    assert_eq!(debrief.others.iter().map(|way| way.lines.len()).collect::<Vec<_>>(), [2]);
    assert_eq!(debrief.lines[1].said.line, "Слова специалиста 3.");
    assert_eq!(debrief.path.first(), Some(&SessionState::Contact));
    assert_eq!(debrief.signals.iter().sum::<u32>(), 3);
    assert_eq!(debrief.layers.iter().map(|work| work.lines).sum::<u32>(), 3);
    assert_eq!(debrief.risk.verdict, Verdict::NotAsked);
    assert!(!debrief.risk.missing.is_empty());
    assert!(debrief.alternatives.iter().any(|one| one.turn == 2 && one.was == Fit::Escalates && one.end.tsi > debrief.tsi.value));
    assert_eq!(debrief.lines[1].before, debrief.lines[0].step.after.hidden);
    // The same session always gives the same debrief, also when it comes from what is stored.
    let stored: Session = serde_json::from_value(serde_json::to_value(&session).unwrap()).unwrap();
    assert_eq!(Debrief::of(case("ACUTE"), &stored, &spoken(&stored)).unwrap(), debrief);
}

#[test]
fn nothing_said_is_no_debrief_and_fewer_than_three_lines_are_not_charged() {
    let mut of = session("NEUROTIC", Goal::AffectWork, &[]);
    assert_eq!(Debrief::of(case("NEUROTIC"), &of, &[]), None);
    for charged in [false, false, true, true] {
        of.say(line(Fit::Matches)).unwrap();
        assert_eq!(is_charged(&of), charged);
    }
    // Gone back to before the first line: the way walked last is talked through.
    assert!(of.rewind(LineId(1)));
    assert_eq!(Debrief::of(case("NEUROTIC"), &of, &[]).unwrap().lines.len(), 4);
}

#[test]
fn a_picture_has_each_variable_before_the_first_line_and_after_every_line() {
    let (_, debrief) = computed("ACUTE");
    let picture = picture(&debrief, Locale::Ru);
    assert_eq!((picture.curves.len(), picture.signals.len(), picture.states.len()), (5, 3, 4));
    assert_eq!(picture.curves[0].0, "напряжение");
    assert!(picture.curves.iter().all(|(_, levels)| levels.len() == 4 && levels.iter().all(|l| (0.0..=100.0).contains(l))));
    assert!((picture.curves[0].1[0] - 74.0).abs() < 0.001);
    assert_eq!(picture.signals[1], Signal::Red);
}

#[test]
fn each_rule_refuses_a_debrief_of_its_own() {
    let (_, debrief) = computed("ACUTE");
    let ask = asking("ACUTE", &debrief, Locale::Ru);
    read_debrief(&good_debrief().to_string(), &ask).unwrap();
    let reply = |why| Fault::Reply(bot_material::reply::Fault::new("", why));
    let note = |turn: u16| json!({ "turn": turn, "text": "Здесь клиента услышали, и контакт окреп." });
    let layer = json!({ "layer": "L0", "text": "К телу обращались мало, хотя оно подавало знаки." });
    let table: Vec<(&str, Value, Fault)> = vec![
        ("/overview", json!("Кратко."), reply(Why::TooShort)),
        ("/overview", json!("A short and careful session that turned in the middle and ended calmly."), reply(Why::Language)),
        (
            "/overview",
            json!("Беседа шла ровно, TSI высокий, и это видно по тому, как клиент отвечал в конце."),
            Fault::Number("overview"),
        ),
        ("/strengths", json!([]), reply(Why::Count { from: 1, to: 4 })),
        ("/growth/0", json!("Вы должны чаще молчать."), reply(Why::Forbidden { rule: "directive" })),
        ("/notes/0/text", json!("Здесь 80% специалистов сказали бы иначе."), Fault::Number("notes")),
        ("/notes", json!([note(1), note(1)]), Fault::Named("notes")),
        ("/notes", json!([note(9)]), Fault::Named("notes")),
        ("/layers", json!([layer, layer]), Fault::Named("layers")),
        ("/layers/0/text", json!("У клиентки депрессия, и это видно по телу."), reply(Why::Forbidden { rule: "diagnosis" })),
        ("/next_step", json!("Риск низкий, можно закончить раньше."), reply(Why::Forbidden { rule: "danger_verdict" })),
        ("/layers/0/layer", json!("L7"), reply(Why::Shape)),
    ];
    let alike = |found: &Fault, wanted: &Fault| match (found, wanted) {
        (Fault::Reply(found), Fault::Reply(wanted)) => found.why == wanted.why,
        (found, wanted) => found == wanted,
    };
    for (field, value, wanted) in table {
        let mut bad = good_debrief();
        *bad.pointer_mut(field).unwrap() = value;
        let faults = read_debrief(&bad.to_string(), &ask).unwrap_err();
        assert!(faults.iter().any(|found| alike(found, &wanted)), "{field}: {faults:?}");
        // What is kept of it after a second time breaks no rule.
        if let Some(mended) = mend_debrief(&bad.to_string(), &ask) {
            assert!(!mended.flags.is_empty(), "{field}");
            read_debrief(&serde_json::to_string(&mended.text).unwrap(), &ask).unwrap();
        }
    }
}

#[test]
fn a_debrief_always_comes_and_its_fallback_breaks_no_rule() {
    for word in ["ACUTE", "NEUROTIC", "GRIEF"] {
        let (_, debrief) = computed(word);
        for locale in [Locale::Ru, Locale::En] {
            let ask = asking(word, &debrief, locale);
            let text = serde_json::to_string(&fallback_debrief(&ask)).unwrap();
            read_debrief(&text, &ask).unwrap();
        }
    }
}

#[test]
fn an_artifact_keeps_the_contract_and_always_names_that_danger_was_not_asked_about() {
    for locale in [Locale::Ru, Locale::En] {
        for (word, missed) in [("ACUTE", true), ("GRIEF", true), ("NEUROTIC", false)] {
            let (_, debrief) = computed(word);
            let text = fallback_debrief(&asking(word, &debrief, locale));
            let made = artifact(word, locale, &text, &[]);
            made.validate().unwrap();
            assert!(made.summary.risk_flags.is_empty(), "a fictional client raises no flag in a case");
            let named = psycheos_bot_simulator::words::verdict(Verdict::NotAsked, locale);
            assert_eq!(made.raw["sections"][0]["paragraphs"][0] == named, missed, "{word}");
            let sentence = ["прямо не спросили", "not asked about"].iter().any(|part| made.summary.one_liner.contains(part));
            let trains = ["прямой вопрос", "plain question"];
            assert_eq!(made.actions.iter().any(|action| trains.iter().any(|words| action.what.contains(words))), missed);
            assert_eq!(sentence, missed, "{}", made.summary.one_liner);
            let kept = Payload::from_raw(&made.raw).unwrap();
            assert_eq!((kept.debrief, kept.by, kept.safety), (debrief, By::Template, None));
            assert_eq!(kept.policy_flags, ["overview:diagnosis"]);
        }
    }
}

#[test]
fn signs_in_the_material_of_a_case_of_ones_own_stand_apart_and_first() {
    let sign = Sign { category: DangerCategory::Suicide, level: DangerLevel::Elevated };
    let (_, debrief) = computed("GRIEF");
    let text = fallback_debrief(&asking("GRIEF", &debrief, Locale::Ru));
    let made = artifact("GRIEF", Locale::Ru, &text, &[SeenSign::of(sign, DangerSource::Lexicon)]);
    made.validate().unwrap();
    assert_eq!(made.summary.risk_flags.len(), 1);
    let safety = Payload::from_raw(&made.raw).unwrap().safety.unwrap();
    assert_eq!((safety.signs.len(), safety.second_reading), (1, SecondReading::NotAsked));
}

/// Every text in a value.
fn texts(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::String(text) => out.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| texts(value, out)),
        Value::Object(values) => values.values().for_each(|value| texts(value, out)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[test]
fn every_section_can_be_shown_and_keeps_the_wording_policy() {
    for locale in [Locale::Ru, Locale::En] {
        for word in ["ACUTE", "NEUROTIC", "GRIEF"] {
            let (_, debrief) = computed(word);
            let made = artifact(word, locale, &fallback_debrief(&asking(word, &debrief, locale)), &[]);
            let sections = made.raw["sections"].as_array().unwrap();
            assert!(sections.len() >= 10);
            for section in sections {
                assert!(!section["heading"].as_str().unwrap().is_empty());
                let Some(table) = section.get("table") else { continue };
                let columns = table["head"].as_array().unwrap().len();
                let widths: u64 = table["widths"].as_array().unwrap().iter().map(|width| width.as_u64().unwrap()).sum();
                assert_eq!((widths, table["widths"].as_array().unwrap().len()), (100, columns), "{section}");
                assert!(table["rows"].as_array().unwrap().iter().all(|row| row.as_array().unwrap().len() == columns));
            }
            let mut all = vec![made.summary.one_liner.clone(), made.raw["notes"].as_str().unwrap().to_owned()];
            texts(&made.raw["sections"], &mut all);
            all.extend(made.actions.iter().flat_map(|action| [action.what.clone(), action.goal.clone()]));
            for text in all {
                assert_eq!(policy::violation(&text, locale), None, "{text}");
                assert!(utf16_units(&text) < 4_096);
            }
        }
    }
}
