//! The pinned formula against its golden vectors, and the way through the questions.
use psycheos_bot_screen::{
    bank::QuestionId,
    engine::{
        Answer, Answers, Axis, EngineVersion, Layer, MAX_PHASE2, MAX_PHASE3, MIN_PHASE2, Next, PerAxis, PerLayer, Results,
        about_left, first_question, next_step, next_step_of, results, v2,
    },
};
use serde_json::Value;

use crate::sessions::{random_session, session};

const TOLERANCE: f64 = 1e-9;

fn vectors() -> Vec<Value> {
    let all: Value = serde_json::from_str(include_str!("../../data/engine-vectors.json")).unwrap();
    all["engine"].as_array().unwrap().clone()
}

fn response(entry: &Value) -> v2::Response {
    let weight = |of: &str, key: &str| entry[of].get(key).map_or(0.0, |weight| weight.as_f64().unwrap());
    v2::Response {
        axis: PerAxis::of(|axis: Axis| weight("axis_weights", axis.code())),
        layer: PerLayer::of(|layer: Layer| weight("layer_weights", layer.code())),
    }
}

/// Every field of `expected` stands in `found`: numbers within the tolerance, everything else equal.
fn compare(at: &str, expected: &Value, found: &Value) {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            for (key, value) in expected {
                compare(&format!("{at}.{key}"), value, found.get(key).unwrap_or(&Value::Null));
            }
        }
        (Value::Number(expected), Value::Number(found)) => {
            let (expected, found) = (expected.as_f64().unwrap(), found.as_f64().unwrap());
            assert!((expected - found).abs() <= TOLERANCE, "{at}: expected {expected}, found {found}");
        }
        (expected, found) => assert_eq!(expected, found, "{at}"),
    }
}

#[test]
fn the_pinned_formula_reproduces_every_golden_vector() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 34);
    for vector in vectors {
        let responses: Vec<v2::Response> = vector["responses"].as_array().unwrap().iter().map(response).collect();
        assert_eq!(Some(responses.len() as u64), vector["response_count"].as_u64());
        let found = serde_json::to_value(v2::profile(&responses)).unwrap();
        assert_eq!(vector["expected"].as_object().unwrap().len(), 15);
        compare(vector["id"].as_str().unwrap(), &vector["expected"], &found);
    }
}

#[test]
fn the_ticks_of_a_vector_give_its_responses_through_the_bank() {
    let mut checked = 0;
    for vector in vectors().iter().filter(|vector| vector.get("selections").is_some()) {
        let answer = |selection: &Value| Answer {
            question: selection["ref"].as_str().unwrap().parse().unwrap(),
            ticked: serde_json::from_value(selection["options"].clone()).unwrap(),
            skipped: false,
            none_fits: false,
        };
        let answers = Answers(vector["selections"].as_array().unwrap().iter().map(answer).collect());
        let responses: Vec<v2::Response> = vector["responses"].as_array().unwrap().iter().map(response).collect();
        assert_eq!(v2::responses(&answers), responses, "{}", vector["id"]);
        checked += 1;
    }
    assert!(checked > 20);
}

#[test]
fn results_read_back_from_json_as_they_were() {
    let results = results(&random_session(7));
    let written = serde_json::to_value(&results).unwrap();
    let read: Results = serde_json::from_str(&written.to_string()).unwrap();
    // JSON numbers may differ in their last bit.
    compare("results", &written, &serde_json::to_value(&read).unwrap());
    assert_eq!(written["v2"]["version"], "v2");
    assert_eq!(written["v3"]["version"], "v3");
}

#[test]
fn a_profile_that_lacks_an_axis_does_not_read() {
    assert!(serde_json::from_str::<PerAxis<f64>>(r#"{"A1":0,"A2":0,"A3":0}"#).is_err());
    assert!(serde_json::from_str::<PerAxis<f64>>(r#"{"A1":0,"A2":0,"A3":0,"A4":0}"#).is_ok());
}

#[test]
fn skipped_questions_none_fits_and_unknown_numbers_weigh_nothing() {
    let answer = |ticked: Vec<u8>, skipped, none_fits| Answer { question: first_question(), ticked, skipped, none_fits };
    let answers = Answers(vec![answer(vec![0], true, false), answer(vec![0], false, true), answer(vec![200], false, false)]);
    assert_eq!(results(&answers).v2.response_count, 0);
    assert_eq!(results(&Answers(vec![answer(vec![0, 200], false, false)])).v2.response_count, 1);
}

#[test]
fn a_session_asks_the_six_situations_first_and_never_a_question_twice() {
    for seed in 0..100 {
        let answers = random_session(seed);
        let mut asked: Vec<QuestionId> = answers.0.iter().map(|answer| answer.question).collect();
        assert!(asked.iter().copied().take(6).eq(QuestionId::phase1()));
        assert!((6 + MIN_PHASE2..=6 + MAX_PHASE2 + MAX_PHASE3).contains(&asked.len()), "{}", asked.len());
        asked.sort_unstable();
        asked.dedup();
        assert_eq!(asked.len(), answers.0.len());
    }
}

#[test]
fn phases_follow_the_counts_of_nodes() {
    let mut answers = Answers::default();
    let mut phases = Vec::new();
    while let Next::Ask(question, phase) = next_step(&answers) {
        phases.push(phase);
        answers.0.push(Answer { question, ticked: Vec::new(), skipped: true, none_fits: false });
    }
    assert_eq!(phases, [[1; 6].as_slice(), &[2; 6], &[3; 5]].concat());
}

#[test]
fn the_pinned_formula_asks_the_first_ambiguous_node_that_was_not_asked() {
    let next_step = |answers: &Answers| next_step_of(EngineVersion::V2, answers);
    let mut answers = session(|_| false);
    answers.0.truncate(6);
    assert_eq!(next_step(&answers), Next::Ask("A1_L0".parse().unwrap(), 2));
    answers.0.push(Answer { question: "A1_L0".parse().unwrap(), ticked: vec![], skipped: true, none_fits: false });
    assert_eq!(next_step(&answers), Next::Ask("A2_L0".parse().unwrap(), 2));
}

#[test]
fn a_clear_profile_asks_beyond_the_ambiguous_nodes_in_the_order_of_the_bank() {
    let tied = vectors().into_iter().find(|vector| vector["id"] == "E25_tie_signs").unwrap();
    let responses: Vec<v2::Response> = tied["responses"].as_array().unwrap().iter().map(response).collect();
    let profile = v2::profile(&responses);
    assert!(profile.ambiguity_zones.is_empty());
    let asked = |question: &str| Answer { question: question.parse().unwrap(), ticked: vec![], skipped: true, none_fits: false };
    assert_eq!(v2::next_node(&profile, &Answers::default()), Some("A1_L0".parse().unwrap()));
    assert_eq!(v2::next_node(&profile, &Answers(vec![asked("A1_L0")])), Some("A1_L1".parse().unwrap()));
    let all = Answers(QuestionId::nodes().map(|node| asked(&node.to_string())).collect());
    assert_eq!(v2::next_node(&profile, &all), None);
}

#[test]
fn what_is_about_left_falls_by_one_with_every_answer() {
    let mut answers = Answers::default();
    let mut left = about_left(&answers);
    assert_eq!(left, 16);
    while let Next::Ask(question, _) = next_step(&answers) {
        assert_eq!(about_left(&answers), left);
        answers.0.push(Answer { question, ticked: vec![], skipped: true, none_fits: false });
        left = left.saturating_sub(1);
    }
    assert_eq!(about_left(&answers), 0);
}

/// Answers so many and so alike that the formula is confident. No single session of the bank gets there.
fn confident() -> Answers {
    let answer = |question: QuestionId, ticked: Vec<u8>| Answer { question, ticked, skipped: false, none_fits: false };
    let repeated = [("P1_05", 4, 900), ("P1_01", 0, 40), ("P1_02", 7, 40), ("P1_02", 1, 40), ("P1_01", 5, 40)];
    let of = |(question, option, times): (&str, u8, usize)| vec![answer(question.parse().unwrap(), vec![option]); times];
    let mut answers: Vec<Answer> = repeated.into_iter().flat_map(of).collect();
    answers.extend(QuestionId::phase1().skip(2).map(|question| answer(question, vec![])));
    Answers(answers)
}

#[test]
fn confidence_ends_the_questions_but_not_before_the_fewest_nodes() {
    let mut answers = confident();
    assert!(results(&answers).v2.confidence >= v2::CONFIDENT);
    let mut nodes = 0;
    while let Next::Ask(question, phase) = next_step_of(EngineVersion::V2, &answers) {
        assert_eq!(phase, 2);
        answers.0.push(Answer { question, ticked: vec![], skipped: true, none_fits: false });
        nodes += 1;
    }
    assert_eq!(nodes, MIN_PHASE2);
}

#[test]
fn certainty_ends_the_questions_but_not_before_the_fewest_nodes() {
    let mut answers = confident();
    let mut nodes = 0;
    while let Next::Ask(question, phase) = next_step(&answers) {
        assert_eq!(phase, 2);
        answers.0.push(Answer { question, ticked: vec![], skipped: true, none_fits: false });
        nodes += 1;
    }
    assert_eq!(nodes, MIN_PHASE2);
    assert_eq!(about_left(&answers), 0);
}
