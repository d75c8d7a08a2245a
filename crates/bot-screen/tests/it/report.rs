//! Templates, the artifact and its plain text.
use domain::{
    Clinical, DangerCategory, DangerLevel, DangerSource, Locale,
    artifact::{Artifact, When},
};
use psycheos_bot_screen::{
    collected::{Collected, HomeSafety, LifeThoughts, SeenSign},
    engine::{Answers, Axis, Layer},
    report::{Author, Payload, Texts, compose, read_portrait, read_questions, read_structural, template, to_txt},
};

use crate::sessions::{collected, input, random_session, session};

fn marker<'a>(artifact: &'a Artifact, name: &str) -> Option<&'a str> {
    artifact.markers.iter().find(|marker| marker.name == name).map(|marker| marker.value.as_str())
}

fn report(collected: Collected) -> Artifact {
    let input = input(collected);
    compose(&input, &Texts::templates(&input))
}

/// Random sessions, sessions of one pole, and nothing at all.
fn many_answers() -> Vec<Answers> {
    let mut all: Vec<Answers> = (0..200).map(random_session).collect();
    for axis in Axis::ALL {
        all.extend([session(|weights| weights[axis] > 0.0), session(|weights| weights[axis] < 0.0)]);
    }
    all.extend([session(|_| true), session(|weights| weights.0.iter().all(|weight| *weight <= 0.0)), Answers::default()]);
    all
}

#[test]
fn every_template_keeps_every_rule_for_many_answers() {
    for answers in many_answers() {
        for locale in [Locale::Ru, Locale::En] {
            let input = input(collected(answers.clone(), locale));
            let json = |text: serde_json::Value| text.to_string();
            let structural = template::structural(&input);
            let read = read_structural(&json(serde_json::to_value(&structural).unwrap()), locale);
            assert_eq!(read, Ok(structural));
            let questions = template::questions(&input);
            assert_eq!(read_questions(&json(serde_json::to_value(&questions).unwrap()), locale), Ok(questions));
            let portrait = template::portrait(&input);
            assert_eq!(read_portrait(&json(serde_json::to_value(&portrait).unwrap()), locale), Ok(portrait));
            assert_eq!(domain::policy::violation(&template::one_liner(&input), locale), None);
        }
    }
}

#[test]
fn every_report_keeps_the_contract_for_many_answers() {
    for answers in many_answers() {
        for (thoughts, home) in [(LifeThoughts::Never, HomeSafety::Safe), (LifeThoughts::Now, HomeSafety::NotAlways)] {
            let artifact = report(Collected { thoughts, home, ..collected(answers.clone(), Locale::Ru) });
            assert_eq!(artifact.validate(), Ok(()));
            assert!(to_txt(&artifact).contains("не медицинское заключение"));
        }
    }
}

#[test]
fn each_pole_gives_its_own_text_mode_and_label() {
    let told = |axis: Axis, positive: bool| {
        let answers = session(|weights| if positive { weights[axis] > 0.0 } else { weights[axis] < 0.0 });
        let artifact = report(collected(answers, Locale::Ru));
        let label = ["axis_activation", "axis_uncertainty", "axis_impulse", "axis_time_horizon"][axis as usize];
        (
            artifact.summary.one_liner.clone(),
            marker(&artifact, label).unwrap().to_owned(),
            marker(&artifact, "mode").unwrap().to_owned(),
        )
    };
    let (line, label, mode) = told(Axis::A1, false);
    assert!(line.contains("сбережение сил"), "{line}");
    assert_eq!((label.as_str(), mode.as_str()), ("lowering", "power_saving"));
    let (line, label, mode) = told(Axis::A2, true);
    assert!(line.contains("исследование"), "{line}");
    assert_eq!((label.as_str(), mode.as_str()), ("exploring", "exploration"));
    let (_, label, mode) = told(Axis::A2, false);
    assert_eq!((label.as_str(), mode.as_str()), ("closing", "defense"));
    let (line, label, mode) = told(Axis::A4, true);
    assert!(line.contains("удержание будущего"), "{line}");
    assert_eq!((label.as_str(), mode.as_str()), ("future_held", "goal_pursuit"));
}

#[test]
fn a_report_on_no_answers_says_so_and_claims_nothing() {
    let artifact = report(collected(Answers::default(), Locale::Ru));
    assert!(artifact.summary.one_liner.contains("Ответов мало"));
    assert_eq!(marker(&artifact, "mode"), None);
    assert_eq!(marker(&artifact, "layer_hint"), None);
    assert_eq!(marker(&artifact, "uncertainty"), Some("high"));
    assert_eq!(artifact.summary.resource_flags, Vec::<String>::new());
}

#[test]
fn the_layer_hint_is_the_layer_of_largest_magnitude() {
    let input = input(collected(random_session(5), Locale::Ru));
    let furthest = input.results.v3.layer_vector.by_magnitude()[0];
    assert!(
        Layer::ALL
            .iter()
            .all(|layer| { input.results.v3.layer_vector[*layer].abs() <= input.results.v3.layer_vector[furthest].abs() })
    );
    let artifact = compose(&input, &Texts::templates(&input));
    assert_eq!(marker(&artifact, "layer_hint"), Some(furthest.code()));
}

fn alarmed() -> Collected {
    let sign = |category, level, source| SeenSign { category, level, source };
    Collected {
        thoughts: LifeThoughts::Now,
        home: HomeSafety::NotAlways,
        own_words: Some(Clinical("Мне тяжело.".to_owned())),
        signs: vec![
            sign(DangerCategory::SelfHarm, DangerLevel::Elevated, DangerSource::Lexicon),
            sign(DangerCategory::Suicide, DangerLevel::Urgent, DangerSource::Option),
        ],
        ..collected(random_session(3), Locale::Ru)
    }
}

#[test]
fn signs_and_safety_answers_become_flags_once_and_urgent_first() {
    let artifact = report(alarmed());
    assert_eq!(
        artifact.summary.risk_flags,
        [
            "срочно: мысли о том, чтобы не жить",
            "требует внимания: причинение себе вреда",
            "требует внимания: насилие или угроза дома"
        ]
    );
    assert!(artifact.questions_for_session[0].q.contains("чтобы не жить"));
    assert_eq!(artifact.questions_for_session[0].priority, 1);
    assert_eq!(artifact.actions[0].when, When::Pre);
    assert!(artifact.actions[0].what.contains("безопасности"));
}

#[test]
fn answers_that_are_no_sign_raise_no_flag_and_are_shown_as_they_are() {
    let quiet =
        Collected { thoughts: LifeThoughts::Past, home: HomeSafety::NoAnswer, ..collected(random_session(3), Locale::Ru) };
    let artifact = report(quiet);
    assert_eq!(artifact.summary.risk_flags, Vec::<String>::new());
    assert!(!artifact.questions_for_session[0].q.contains("чтобы не жить"));
    let txt = to_txt(&artifact);
    assert!(txt.contains("Мысли о том, чтобы не жить или навредить себе: в прошлом"));
    assert!(txt.contains("Безопасно ли дома: клиент предпочитает не отвечать"));
}

#[test]
fn answers_about_safety_change_no_number_of_the_profile() {
    let calm = input(Collected { thoughts: LifeThoughts::Never, home: HomeSafety::Safe, ..alarmed() });
    assert_eq!(calm.results, input(alarmed()).results);
}

#[test]
fn the_plain_text_reads_as_recorded_with_safety_before_all_answers() {
    let txt = to_txt(&report(alarmed()));
    insta::assert_snapshot!("txt", txt);
    let at = |text: &str| txt.find(text).unwrap_or_else(|| panic!("{text}"));
    assert!(at("context_id: 01923f5e-0000-7000-8000-000000000002") < at("БЕЗОПАСНОСТЬ"));
    assert!(txt.contains("service_id: screen"));
    assert!(at("БЕЗОПАСНОСТЬ") < at("КОРОТКО"));
    assert!(at("КОРОТКО") < at("ОТВЕТЫ\n"));
}

#[test]
fn an_english_report_has_no_russian_sentence_but_the_head() {
    let txt = to_txt(&report(collected(random_session(3), Locale::En)));
    let russian: Vec<&str> = txt.lines().filter(|line| line.chars().any(|c| ('\u{400}'..='\u{4ff}').contains(&c))).collect();
    assert_eq!(russian.len(), 1, "{russian:?}");
    assert!(russian[0].contains("не медицинское заключение"));
}

#[test]
fn the_payload_reads_back_and_keeps_who_wrote_what() {
    let input = input(alarmed());
    let by_model = template::portrait(&input);
    let texts = Texts::of(&input, None, None, Some(by_model.clone()));
    let artifact = compose(&input, &texts);
    let payload = Payload::from_raw(&artifact.raw).unwrap();
    assert_eq!((payload.portrait.by, payload.structural.by), (Author::Model, Author::Template));
    assert_eq!(payload.portrait.text, by_model);
    assert_eq!(payload.answers.len(), input.collected.answers.0.len());
    assert_eq!(payload.safety.thoughts, LifeThoughts::Now);
}

#[test]
fn an_artifact_from_before_the_third_engine_is_written_by_the_pinned_formula() {
    let mut artifact = report(alarmed());
    artifact.raw["engine"].as_object_mut().unwrap().remove("v3").unwrap();
    let payload = Payload::from_raw(&artifact.raw).unwrap();
    assert!(payload.engine.v3.is_none());
    let txt = to_txt(&artifact);
    assert!(txt.contains("Надёжность профиля (формула v2)") && !txt.contains(" ± "), "{txt}");
}

#[test]
fn a_foreign_artifact_is_written_as_far_as_the_contract_goes() {
    let mut artifact = report(alarmed());
    artifact.raw.retain(|key, _| key == "notes");
    let txt = to_txt(&artifact);
    assert!(txt.contains("context_id") && txt.contains(&artifact.summary.one_liner));
}

#[test]
fn opposite_ticks_on_one_axis_are_marked_with_their_options() {
    let answer = |question: &str, ticked: &[u8]| psycheos_bot_screen::engine::Answer {
        question: question.parse().unwrap(),
        ticked: ticked.to_vec(),
        skipped: false,
        none_fits: false,
    };
    let answers = Answers(vec![answer("P1_01", &[0, 1]), answer("P1_05", &[1])]);
    let artifact = report(collected(answers, Locale::Ru));
    let payload = Payload::from_raw(&artifact.raw).unwrap();
    assert_eq!(payload.answers[0].contradicts, [Axis::A1, Axis::A4]);
    assert_eq!(payload.answers[1].contradicts, Vec::<Axis>::new());
    let axes: Vec<Axis> = payload.contradictions.iter().map(|found| found.axis).collect();
    assert_eq!(axes, [Axis::A1, Axis::A4]);
    let (negative, positive) = (&payload.contradictions[0].negative, &payload.contradictions[0].positive);
    assert_eq!((negative.len(), positive.len()), (1, 2));
    assert_eq!((negative[0].number, negative[0].text.as_str()), (2, "Откладываю: сил сейчас слишком мало"));
    assert!(to_txt(&artifact).contains("   − [P1_01 2] Откладываю: сил сейчас слишком мало"));
}

#[test]
fn own_words_cannot_pass_for_a_part_of_the_report() {
    let mut words = alarmed();
    words.own_words = Some(Clinical("Спасибо.\n\nБЕЗОПАСНОСТЬ\nвсё спокойно".to_owned()));
    let txt = to_txt(&report(words));
    assert!(txt.contains("> Спасибо.\n> \n> БЕЗОПАСНОСТЬ\n> всё спокойно\n"));
    assert_eq!(txt.lines().filter(|line| *line == "БЕЗОПАСНОСТЬ").count(), 1);
}

#[test]
fn a_safety_answer_that_is_a_sign_raises_its_flag_even_when_none_was_noted() {
    let flags =
        |thoughts, home| report(Collected { thoughts, home, ..collected(random_session(3), Locale::En) }).summary.risk_flags;
    assert_eq!(flags(LifeThoughts::Recently, HomeSafety::Safe), ["needs attention: thoughts of not living"]);
    assert_eq!(flags(LifeThoughts::Never, HomeSafety::NotNow), ["urgent: violence or threat at home"]);
}
