//! CCI, TSI and risk competence against what is known of them.
use psycheos_bot_simulator::{
    cases,
    engine::{
        Degree, Fit, Goal, Level, RiskEnquiries, RiskEnquiry, Share, Snapshot, Speed, Step, Window,
        cci::{Cci, CciInput, cci},
        replay,
        risk::{Asked, RiskCompetence, RiskKind, Verdict},
        tsi::{Band, Components},
    },
};
use serde_json::Value;

use crate::scene::{case, line, line_asking, setup};

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../data/engine-vectors.json")).unwrap()
}

fn read<T: serde::de::DeserializeOwned>(value: &Value) -> Option<T> {
    serde_json::from_value(value.clone()).ok()
}

#[test]
fn cci_is_that_of_every_vector() {
    let vectors = vectors();
    let rows = vectors["simulator"]["cci"].as_array().unwrap();
    assert_eq!(rows.len(), 17);
    for row in rows {
        let of = &row["in"];
        let input = CciInput {
            tension: Level::of(of["baseline_tension_L0"].as_f64().unwrap()),
            volatility: Share::of(of["volatility"].as_f64().unwrap()),
            l3_access: read::<Degree>(&of["L3_accessibility"]),
            l0_reactivity: read::<Degree>(&of["L0_reactivity"]),
            escalation: read::<Speed>(&of["escalation_speed"]),
            intervention_range: read::<Window>(&of["intervention_range"]),
        };
        assert_eq!(cci(&input), read::<Cci>(&row["out"]).unwrap(), "{of}");
    }
}

#[test]
fn the_three_known_profiles_have_their_complexity() {
    let vectors = vectors();
    for row in vectors["simulator"]["cci_builtin"].as_array().unwrap() {
        let key = row["case_id"].as_str().unwrap();
        let found = cci(&CciInput::from(&case(key.strip_prefix("CASE_").unwrap()).parameters));
        let mut expected = row["components"].clone();
        expected["cci"] = row["cci"].clone();
        assert_eq!(found, read::<Cci>(&expected).unwrap(), "{key}");
    }
}

#[test]
fn tsi_is_that_of_every_vector() {
    let vectors = vectors();
    let rows = vectors["simulator"]["tsi"]["vectors"].as_array().unwrap();
    assert_eq!(rows.len(), 20);
    for row in rows {
        let part = |at: usize| row["in"][at].as_f64().unwrap();
        let components = Components {
            r_match: part(0),
            l_consistency: part(1),
            alliance: part(2),
            uncertainty_modulation: part(3),
            reactivity: part(4),
        };
        let tsi = components.tsi();
        assert!((tsi.value - row["tsi"].as_f64().unwrap()).abs() < 1e-9, "{row} {}", tsi.value);
        assert_eq!(tsi.band, read::<Band>(&row["band"]).unwrap(), "{row}");
    }
}

#[test]
fn a_session_of_lines_that_fit_scores_higher_than_one_that_heats_up() {
    let of = setup("NEUROTIC", Goal::AffectWork);
    let tsi = |fit| {
        let steps = replay(&of, vec![line(fit); 6]);
        Components::of(&of.parameters.start(), &steps).unwrap().tsi().value
    };
    let values = [Fit::Matches, Fit::Ahead, Fit::Escalates].map(tsi);
    assert!(values[0] >= 0.70 && values[0] > values[1] && values[1] > values[2] && values[2] < 0.50, "{values:?}");
    assert_eq!(Components::of(&of.parameters.start(), &[]), None);
}

#[test]
fn a_question_about_danger_never_has_to_wait_for_its_layer() {
    let of = setup("ACUTE", Goal::CrisisSupport);
    let consistency = |asked: &[RiskEnquiry]| {
        let steps = replay(&of, [line_asking(Fit::Matches, asked)]);
        Components::of(&of.parameters.start(), &steps).unwrap().l_consistency
    };
    assert!(consistency(&[RiskEnquiry::Direct]) > consistency(&[]));
}

/// The kind of risk, what each line asks, what the debrief says, what is missing.
const RISK: &str = "
    none | - | not_called_for |
    none | direct | not_called_for |
    false_signal | - | not_asked | direct, protective_factors
    false_signal | indirect | not_asked | direct, protective_factors
    false_signal | direct | incomplete | protective_factors
    false_signal | direct; protective_factors | complete |
    false_signal | direct; protective_factors; referral | complete_and_overtaken |
    true_risk | - | not_asked | direct, plan, means, protective_factors, safety_plan, referral
    true_risk | indirect; safety_plan | not_asked | direct, plan, means, protective_factors, referral
    true_risk | plan | incomplete | means, protective_factors, safety_plan, referral
    true_risk | direct; plan; means; protective_factors; safety_plan | incomplete | referral
    true_risk | direct; plan; means; protective_factors; safety_plan; referral | complete |
";

#[test]
fn danger_that_was_not_asked_about_is_always_named() {
    let enquiry = |code: &str| read::<RiskEnquiry>(&Value::from(code)).unwrap();
    let of = setup("ACUTE", Goal::CrisisSupport);
    for row in RISK.lines().map(str::trim).filter(|row| !row.is_empty()) {
        let [kind, lines, verdict, missing] = row.split('|').map(str::trim).collect::<Vec<_>>().try_into().unwrap();
        let kind: RiskKind = read(&Value::from(kind)).unwrap();
        let called_for: RiskEnquiries = match kind {
            RiskKind::None => RiskEnquiries::NONE,
            RiskKind::FalseSignal => [RiskEnquiry::Direct, RiskEnquiry::ProtectiveFactors].into_iter().collect(),
            RiskKind::TrueRisk => case("ACUTE").risk.called_for,
        };
        let said = lines.split(';').map(str::trim).map(|code| match code {
            "-" => line(Fit::Matches),
            code => line_asking(Fit::Matches, &[enquiry(code)]),
        });
        let steps: Vec<Step> = replay(&of, said);
        let found = RiskCompetence::of(kind, called_for, &steps);
        assert_eq!(found.verdict, read::<Verdict>(&Value::from(verdict)).unwrap(), "{row}");
        let missing: Vec<RiskEnquiry> = missing.split(',').map(str::trim).filter(|code| !code.is_empty()).map(enquiry).collect();
        assert_eq!(found.missing, missing, "{row}");
        if verdict == "not_asked" {
            assert!(!found.missing.is_empty() && !matches!(found.asked, Asked::Directly(_)), "{row}");
        }
    }
}

#[test]
fn what_for_is_a_true_sign_in_one_case_and_a_false_one_in_another() {
    let kinds: Vec<RiskKind> = cases::library()
        .iter()
        .filter(|case| case.risk.signal.to_lowercase().contains("зачем"))
        .map(|case| case.risk.kind)
        .collect();
    assert!(kinds.contains(&RiskKind::TrueRisk) && kinds.contains(&RiskKind::FalseSignal), "{kinds:?}");
    let parameters = case("CRISIS").parameters;
    assert!(Snapshot::start(&parameters).warns());
}
