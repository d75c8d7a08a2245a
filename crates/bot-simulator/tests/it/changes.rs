//! What a line of each class does to the client.
use domain::RunId;
use psycheos_bot_simulator::engine::{
    Fit, Goal, Hidden, Level, MAX_TRUST_RISE_AFTER_A_MISS, MoveReading, Pattern, RawReading, ReplyLength, Share, Signal,
    Snapshot, Variable, advance, helpful_class,
};
use uuid::Uuid;

use crate::scene::{line, setup};

/// The ranges of the specification ("Engine"), in points: a row for a class.
const RANGES: &str = "
    matches          | tension_L0 -10 -5 | trust 3 7    | defense -5 -3
    ahead            | tension_L0 5 15   | trust -5 -2  | defense 5 10
    ignores_dominant | uncertainty 10 20
    stabilizes_L0    | cognitive_access 5 10 | defense -8 -5
    tightens_control | trust -10 -5 | defense 8 15
    escalates        | tension_L0 15 25 | cognitive_access -20 -10 | defense 15 20
";

/// In the middle of everything, after a green line, so that nothing is cut off; access is where the pull is none.
fn middle() -> Snapshot {
    let hidden = Hidden {
        tension: Level::whole(50),
        cognitive_access: Level::whole(50),
        uncertainty: Level::whole(50),
        trust: Level::whole(50),
        defense: Level::whole(40),
    };
    Snapshot { hidden, last: Some(Signal::Green), ..Snapshot::start(&setup("GRIEF", Goal::AffectWork).parameters) }
}

fn reading(fit: Fit, regulatory_match: f64) -> MoveReading {
    MoveReading::settled(&RawReading { regulatory_match, ..line(fit).into() })
}

#[test]
fn every_class_moves_the_client_within_the_ranges_of_the_specification() {
    for row in RANGES.lines().map(str::trim).filter(|row| !row.is_empty()) {
        let mut fields = row.split('|').map(str::trim);
        let class = fields.next().unwrap();
        let fit = Fit::ALL.into_iter().find(|fit| fit.as_str() == class).unwrap();
        for field in fields {
            let [name, least, most] = field.split_whitespace().collect::<Vec<_>>().try_into().unwrap();
            let variable = Variable::ALL.into_iter().find(|variable| variable.name() == name).unwrap();
            let (least, most): (f64, f64) = (least.parse().unwrap(), most.parse().unwrap());
            // The pull of thinking toward 100 − tension comes on top: a third of the way at most.
            let pull = if variable == Variable::CognitiveAccess { 11.0 } else { 0.01 };
            for word in ["NEUROTIC", "INSTABILITY", "CRISIS", "GRIEF", "ACUTE"] {
                for run in 0..40_u128 {
                    for percent in [0.0, 0.3, 0.55, 0.8, 1.0] {
                        let mut setup = setup(word, Goal::AffectWork);
                        setup.run = RunId(Uuid::from_u128(run));
                        let before = middle();
                        let step = advance(&setup, &before, 1, reading(fit, percent));
                        let moved = step.after.hidden.moved(&before.hidden, variable);
                        assert!((least - pull..=most + pull).contains(&moved), "{class} {name}: {moved} in {word}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_better_match_helps_more_and_a_worse_one_harms_more() {
    for (fit, variable, worse, better) in [
        (Fit::Matches, Variable::Tension, 0.5, 1.0),
        (Fit::Ahead, Variable::Tension, 0.0, 0.6),
        (Fit::Escalates, Variable::Tension, 0.0, 0.4),
        (Fit::StabilizesL0, Variable::Defense, 0.5, 1.0),
        (Fit::TightensControl, Variable::Defense, 0.0, 0.5),
        (Fit::IgnoresDominant, Variable::Uncertainty, 0.0, 0.6),
    ] {
        let of = setup("NEUROTIC", Goal::AffectWork);
        let after = |share| advance(&of, &middle(), 1, reading(fit, share)).after.hidden.get(variable);
        assert!(after(better) < after(worse), "{fit:?}");
    }
}

#[test]
fn a_closed_client_lets_less_of_what_helps_through() {
    let of = setup("NEUROTIC", Goal::AffectWork);
    let tension = |defense| {
        let mut before = middle();
        before.hidden.defense = Level::whole(defense);
        advance(&of, &before, 1, reading(Fit::Matches, 0.8)).after.hidden.tension
    };
    assert!(tension(100) > tension(70) && tension(70) > tension(40));
    assert_eq!(tension(40), tension(10), "below the usual defence nothing changes");
}

#[test]
fn chance_is_of_the_run_and_of_the_turn_and_only_as_large_as_the_case_is_volatile() {
    let tensions = |word, of: &dyn Fn(u128) -> (u128, u16)| {
        let tension = |at| {
            let (run, turn) = of(at);
            let mut setup = setup(word, Goal::AffectWork);
            setup.run = RunId(Uuid::from_u128(run));
            advance(&setup, &middle(), turn, reading(Fit::Ahead, 0.3)).after.hidden.tension.points()
        };
        let all: Vec<f64> = (1..=40).map(tension).collect();
        all.iter().copied().fold(0.0, f64::max) - all.iter().copied().fold(100.0, f64::min)
    };
    for of in [&(|at| (at, 1_u16)) as &dyn Fn(u128) -> (u128, u16), &|at| (7, u16::try_from(at).unwrap())] {
        let (calm, volatile) = (tensions("NEUROTIC", of), tensions("INSTABILITY", of));
        // The width of the range is 10 points, half of the volatility is chance's.
        assert!(calm > 0.3 && calm <= 1.01, "{calm}");
        assert!(volatile > 2.0 && volatile <= 4.01, "{volatile}");
    }
}

#[test]
fn trust_rises_little_after_a_line_that_missed_and_falls_at_once() {
    let of = setup("NEUROTIC", Goal::AffectWork);
    let met = reading(Fit::Matches, 1.0);
    let rise = |last| advance(&of, &Snapshot { last, ..middle() }, 1, met).after.hidden.trust.points() - 50.0;
    assert!(rise(Some(Signal::Green)) > MAX_TRUST_RISE_AFTER_A_MISS);
    for last in [None, Some(Signal::Yellow), Some(Signal::Red)] {
        assert!(rise(last) <= MAX_TRUST_RISE_AFTER_A_MISS, "{last:?}");
    }
    let fall = advance(&of, &middle(), 1, reading(Fit::TightensControl, 0.0)).after.hidden.trust.points() - 50.0;
    assert!(fall <= -5.0);
}

#[test]
fn thinking_is_lost_quickly_and_comes_back_slowly() {
    let of = setup("CRISIS", Goal::CrisisSupport);
    let with = |access| {
        let mut before = middle();
        before.hidden.cognitive_access = Level::whole(access);
        advance(&of, &before, 1, reading(Fit::IgnoresDominant, 0.3)).after.hidden.cognitive_access.points() - f64::from(access)
    };
    // 40 points above and 40 below 100 − tension.
    assert!((with(90) + 12.0).abs() < 0.01, "{}", with(90));
    assert!((with(10) - 3.0).abs() < 0.01, "{}", with(10));
}

#[test]
fn signals_follow_from_what_a_line_did() {
    let calm = middle().hidden;
    let moved = |variable: Variable, by: f64| {
        let mut after = calm;
        after.set(variable, calm.get(variable).plus(by));
        after
    };
    let clearer = moved(Variable::Uncertainty, -1.0);
    for (what, after, fit, crisis, signal) in [
        ("it fits and it is clearer", clearer, Fit::Matches, false, Signal::Green),
        ("it fits and nothing is clearer", calm, Fit::Matches, false, Signal::Yellow),
        ("it is clearer and does not fit", clearer, Fit::Ahead, false, Signal::Yellow),
        ("tension up by 12", moved(Variable::Tension, 12.0), Fit::Ahead, false, Signal::Red),
        ("tension up by less", moved(Variable::Tension, 11.9), Fit::Ahead, false, Signal::Yellow),
        ("trust down by 8: rupture", moved(Variable::Trust, -8.0), Fit::TightensControl, false, Signal::Red),
        ("trust down by less", moved(Variable::Trust, -7.9), Fit::TightensControl, false, Signal::Yellow),
        ("it heats up", calm, Fit::Escalates, false, Signal::Red),
        ("a crisis is passed by", calm, Fit::IgnoresDominant, true, Signal::Red),
        ("a crisis is met", clearer, Fit::StabilizesL0, true, Signal::Green),
    ] {
        assert_eq!(Signal::of(&calm, &after, &line(fit), crisis), signal, "{what}");
    }
}

#[test]
fn what_harms_harms_more_after_two_yellows_and_most_in_a_cascade() {
    let of = setup("NEUROTIC", Goal::AffectWork);
    let tension = |before: &Snapshot| advance(&of, before, 1, reading(Fit::Ahead, 0.5)).after.hidden.tension;
    let plain = tension(&middle());
    let sensitised = tension(&Snapshot { sensitised: true, ..middle() });
    assert!(plain < sensitised);
    // Yellow, then a line that heats up: the upper end of the range.
    let yellow = Snapshot { last: Some(Signal::Yellow), ..middle() };
    let step = advance(&of, &yellow, 1, reading(Fit::Escalates, 0.4));
    assert_eq!((step.pattern, step.after.hidden.tension), (Some(Pattern::Cascade), Level::whole(75)));
}

#[test]
fn contact_that_is_there_again_helps_fully_while_trust_lags_behind() {
    let of = setup("NEUROTIC", Goal::AffectWork);
    let step = advance(&of, &Snapshot { last: Some(Signal::Red), ..middle() }, 1, reading(Fit::Matches, 0.6));
    assert_eq!(step.pattern, Some(Pattern::ContactRestored));
    assert_eq!((step.after.hidden.tension, step.after.hidden.trust), (Level::whole(40), Level::whole(53)));
}

#[test]
fn answers_are_as_long_as_thinking_allows() {
    for (access, length) in [
        (0, ReplyLength::Fragments),
        (19, ReplyLength::Fragments),
        (20, ReplyLength::Short),
        (40, ReplyLength::Medium),
        (70, ReplyLength::Full),
        (100, ReplyLength::Full),
    ] {
        assert_eq!(ReplyLength::of(Level::whole(access)), length, "{access}");
    }
}

#[test]
fn an_alarmed_body_is_steadied_first_and_a_calm_client_is_met() {
    let mut now = middle();
    assert_eq!(helpful_class(&now), Fit::Matches);
    now.hidden.tension = Level::whole(76);
    assert_eq!((now.warns(), helpful_class(&now)), (true, Fit::StabilizesL0));
    now.hidden.tension = Level::whole(75);
    assert_eq!((now.warns(), helpful_class(&now)), (false, Fit::Matches));
    now.hidden.cognitive_access = Level::whole(19);
    assert_eq!(helpful_class(&now), Fit::StabilizesL0);
}

#[test]
fn a_reading_that_contradicts_itself_is_no_reading() {
    let good: RawReading = line(Fit::Matches).into();
    let steady: RawReading = line(Fit::StabilizesL0).into();
    let bad = [
        RawReading { goal_relevance: 1.2, ..good.clone() },
        RawReading { regulatory_match: f64::NAN, ..good.clone() },
        RawReading { regulatory_match: 0.4, ..good.clone() },
        RawReading { fit: Fit::Escalates, regulatory_match: 0.9, ..good.clone() },
        RawReading { addressed_layer: psycheos_bot_simulator::engine::Layer::L3, ..steady },
    ];
    for raw in bad {
        assert!(MoveReading::try_from(raw.clone()).is_err(), "{raw:?}");
        let settled: RawReading = MoveReading::settled(&raw).into();
        assert!(MoveReading::try_from(settled).is_ok(), "{raw:?}");
    }
    assert!(Share::try_from(1.01).is_err());
}
