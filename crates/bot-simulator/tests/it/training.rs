//! Hints, and a specialist's profile over sessions.
use psycheos_bot_simulator::{
    cases::library,
    engine::{
        Fit, Goal, Layer, Level, Reason, RiskEnquiries, RiskEnquiry, SessionState, Signal, Snapshot, cci, hint, replay,
        risk::{RiskCompetence, RiskKind, Verdict},
        tsi::Components,
    },
    trend::{Direction, Record, profile},
};

use crate::scene::{case, line, line_asking, setup};

fn record(word: &str, classes: &[Fit]) -> Record {
    let of = setup(word, Goal::SymptomWork);
    let steps = replay(&of, classes.iter().map(|fit| line(*fit)));
    let case = case(word);
    let risk = RiskCompetence::of(case.risk.kind, case.risk.called_for, &steps);
    let tsi = Components::of(&of.parameters.start(), &steps).unwrap().tsi().value;
    Record::of(case.key.clone(), cci::cci(&cci::CciInput::from(&of.parameters)).cci, tsi, &risk, &steps)
}

fn with_tsi(tsi: f64) -> Record {
    Record { tsi, ..record("NEUROTIC", &[Fit::Matches]) }
}

#[test]
fn a_hint_says_what_helps_now_and_what_of_danger_comes_next() {
    let calm = Snapshot::start(&case("NEUROTIC").parameters);
    let none = |now: &Snapshot| hint(now, RiskKind::None, RiskEnquiries::NONE);
    assert_eq!((none(&calm).class, none(&calm).reason, none(&calm).ask), (Fit::Matches, Reason::NoContactYet, None));
    let alarmed = Snapshot::start(&case("CRISIS").parameters);
    assert_eq!(
        (none(&alarmed).class, none(&alarmed).layer, none(&alarmed).reason),
        (Fit::StabilizesL0, Layer::L0, Reason::Alarm)
    );
    for (state, reason) in [
        (SessionState::Clarification, Reason::FindFocus),
        (SessionState::Work, Reason::Work),
        (SessionState::Stabilisation, Reason::NoAccess),
        (SessionState::Closing, Reason::Close),
    ] {
        assert_eq!(none(&Snapshot { state, ..calm }).reason, reason);
    }
    assert_eq!(none(&Snapshot { last: Some(Signal::Red), ..calm }).reason, Reason::Rupture);
    let mut lost = calm;
    lost.hidden.cognitive_access = Level::whole(19);
    assert_eq!(none(&lost).reason, Reason::NoAccess);
}

#[test]
fn danger_is_asked_about_in_order_and_never_waits_for_calm() {
    let of = setup("ACUTE", Goal::CrisisSupport);
    let risk = &case("ACUTE").risk;
    let mut now = Snapshot::start(&of.parameters);
    let mut asked = Vec::new();
    while let Some(enquiry) = hint(&now, risk.kind, risk.called_for).ask {
        asked.push(enquiry);
        let turn = u16::try_from(asked.len()).unwrap();
        now = psycheos_bot_simulator::engine::advance(&of, &now, turn, line_asking(Fit::Matches, &[enquiry])).after;
    }
    let order = [
        RiskEnquiry::Direct,
        RiskEnquiry::Plan,
        RiskEnquiry::Means,
        RiskEnquiry::ProtectiveFactors,
        RiskEnquiry::SafetyPlan,
        RiskEnquiry::Referral,
    ];
    assert_eq!(asked, order);
}

#[test]
fn a_profile_counts_what_was_done() {
    use Fit::{Ahead, Matches, TightensControl};
    let none = profile(&[]);
    assert_eq!((none.sessions, none.signal_shares, none.direction), (0, None, Direction::TooEarly));
    let of = profile(&[
        record("NEUROTIC", &[Matches, Ahead, Ahead, Ahead]),
        record("ACUTE", &[Matches, TightensControl, Ahead, Matches]),
    ]);
    assert_eq!((of.sessions, of.history.len(), of.danger_asked), (2, 2, [1, 0]));
    assert_eq!(of.weak_classes, [Ahead], "one of five is no habit");
    let shares = of.signal_shares.unwrap();
    assert!((shares.iter().sum::<f64>() - 1.0).abs() < 0.02, "{shares:?}");
    assert_eq!(profile(&[record("NEUROTIC", &[Ahead; 3])]).weak_classes, [], "three lines say little");
}

#[test]
fn a_trend_is_the_means_of_three_against_three() {
    for (history, direction) in [
        (vec![0.5, 0.9, 0.9], Direction::TooEarly),
        (vec![0.5, 0.5, 0.5, 0.65], Direction::Rising),
        (vec![0.5, 0.5, 0.5, 0.64], Direction::Steady),
        (vec![0.8, 0.8, 0.8, 0.6, 0.6, 0.6], Direction::Falling),
        (vec![0.1, 0.1, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6], Direction::Steady),
    ] {
        let records: Vec<Record> = history.iter().map(|tsi| with_tsi(*tsi)).collect();
        assert_eq!(profile(&records).direction, direction, "{history:?}");
    }
}

#[test]
fn the_next_case_is_harder_after_a_good_session_and_simpler_after_a_hard_one() {
    let complexity = |key: &psycheos_bot_simulator::cases::CaseKey| {
        let case = library().iter().find(|case| case.key == *key).unwrap();
        cci::cci(&cci::CciInput::from(&case.parameters)).cci
    };
    let last = record("GRIEF", &[Fit::Matches]);
    let next = |tsi, risk| profile(&[Record { tsi, risk, ..last.clone() }]).next_case.unwrap();
    assert!(complexity(&next(0.80, Verdict::Complete)) >= last.cci);
    assert!(complexity(&next(0.30, Verdict::Complete)) <= last.cci);
    assert_ne!(next(0.60, Verdict::Complete), last.case);
    let missed = next(0.80, Verdict::NotAsked);
    assert_ne!(library().iter().find(|case| case.key == missed).unwrap().risk.kind, RiskKind::None);
    let first = profile(&[]).next_case.unwrap();
    assert!(library().iter().all(|case| complexity(&first) <= complexity(&case.key)), "{first}");
}
