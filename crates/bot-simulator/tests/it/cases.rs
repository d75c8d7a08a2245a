//! The library: every case is right, and what is wrong with one is seen.
use std::collections::BTreeSet;

use domain::lexicon;
use psycheos_bot_simulator::{
    cases::{Case, CaseKey, CrisisLevel, Difficulty, find, library, validate},
    engine::{Goal, Layer, RiskEnquiries, risk::RiskKind},
};

use crate::scene::case;

#[test]
fn the_library_is_right_and_has_the_cases_of_the_specification() {
    validate().unwrap();
    let keys: Vec<&str> = library().iter().map(|case| case.key.as_str()).collect();
    assert_eq!(
        keys,
        [
            "CASE_01_NEUROTIC",
            "CASE_02_INSTABILITY",
            "CASE_03_CRISIS",
            "CASE_04_GRIEF",
            "CASE_05_PANIC",
            "CASE_06_ADOLESCENT",
            "CASE_07_COUPLE",
            "CASE_08_BURNOUT",
            "CASE_09_PRODROME",
            "CASE_10_ACUTE",
            "CASE_11_SUBSTANCE",
        ]
    );
    for case in library() {
        assert_eq!((case.faults(), case.forbidden_wording()), (Vec::new(), None), "{}", case.key);
        assert_eq!(find(&case.key), Some(case));
        let again: Case = serde_json::from_value(serde_json::to_value(case).unwrap()).unwrap();
        assert_eq!(&again, case, "a case comes back from what is stored");
    }
}

#[test]
fn the_three_known_profiles_are_those_of_the_table() {
    let of = |word| {
        let case = case(word);
        let p = &case.parameters;
        let levels = [p.tension, p.cognitive_access, p.uncertainty, p.trust].map(|level| level.shown());
        let shares = [p.recovery.value(), p.volatility.value()];
        (case.client.age, case.difficulty, case.crisis, p.dominant_layer, levels, shares)
    };
    let neurotic = (34, Difficulty::Medium, CrisisLevel::None, Layer::L3, [35, 72, 55, 30], [0.7, 0.2]);
    let instability = (29, Difficulty::High, CrisisLevel::Moderate, Layer::L4, [55, 45, 72, 22], [0.4, 0.8]);
    let crisis = (41, Difficulty::VeryHigh, CrisisLevel::High, Layer::L4, [78, 22, 85, 18], [0.25, 0.5]);
    assert_eq!((of("NEUROTIC"), of("INSTABILITY"), of("CRISIS")), (neurotic, instability, crisis));
}

#[test]
fn every_goal_can_be_practised_and_every_kind_of_risk_met() {
    let goals: BTreeSet<Goal> = library().iter().flat_map(|case| case.goals.iter().copied()).collect();
    assert_eq!(goals.len(), Goal::ALL.len());
    for kind in [RiskKind::None, RiskKind::FalseSignal, RiskKind::TrueRisk] {
        assert!(library().iter().any(|case| case.risk.kind == kind), "{kind:?}");
    }
}

#[test]
fn a_case_without_a_sign_of_danger_has_none_in_the_clients_words() {
    for case in library().iter().filter(|case| case.risk.kind == RiskKind::None) {
        assert_eq!(lexicon::signs(&case.opening), None, "{}", case.key);
    }
}

#[test]
fn what_is_wrong_with_a_case_is_seen() {
    type Spoil = fn(&mut Case);
    let table: [(&str, Spoil); 11] = [
        ("opening", |case| case.opening.clear()),
        ("title", |case| case.title = "слово ".repeat(20)),
        ("client.facts", |case| case.client.facts.clear()),
        ("sensitive_zones", |case| case.sensitive_zones = vec!["зона".to_owned(); 9]),
        ("goals", |case| case.goals.push(case.goals[0])),
        ("client.age", |case| case.client.age = 7),
        ("layer_b: 3 to 5", |case| case.layer_b.truncate(2)),
        ("layer_b: the targets", |case| case.layer_b.reverse()),
        ("layer_c.metaphor", |case| case.layer_c.metaphor = "Слово".to_owned()),
        ("risk.called_for", |case| case.risk.called_for = RiskEnquiries::NONE),
        ("risk.signal, when_asked", |case| {
            (case.risk.kind, case.risk.called_for) = (RiskKind::None, RiskEnquiries::NONE);
        }),
    ];
    for (fault, spoil) in table {
        let mut bad = case("ACUTE").clone();
        spoil(&mut bad);
        assert!(bad.faults().iter().any(|found| found.starts_with(fault)), "{fault}: {:?}", bad.faults());
    }
    let mut bad = case("ACUTE").clone();
    bad.layer_a.hypothesis = "У неё депрессия.".to_owned();
    assert_eq!(bad.forbidden_wording().unwrap().1.rule, "diagnosis");
    bad = case("ACUTE").clone();
    bad.risk.when_asked = "Хотела спрыгнуть с крыши.".to_owned();
    assert_eq!(bad.forbidden_wording().unwrap().1.rule, "harm_method");
}

#[test]
fn a_case_file_is_refused_for_what_it_should_not_have() {
    let file = include_str!("../../content/cases/01_neurotic.toml");
    assert!(Case::parse(file).is_ok());
    for (from, to) in [
        ("tension = 35", "tension = 135"),
        ("recovery = 0.7", "recovery = 7"),
        ("dominant_layer = \"L3\"", "dominant_layer = \"L9\""),
        ("[layers.L4]", "[layers.L5]"),
        ("age = 34", "age = 34\nname = \"Иван\""),
        ("volatility = 0.2", ""),
    ] {
        assert!(file.contains(from), "{from}");
        assert!(Case::parse(&file.replace(from, to)).is_err(), "{from}");
    }
    for bad in ["CASE_1_A", "CASE_01_a", "case_01_A", "CASE_01_", "CASE_01_ABCDEFGHIJKLMNOPQRSTU", "CASE_01_A;"] {
        assert!(CaseKey::try_from(bad.to_owned()).is_err(), "{bad}");
    }
}
