//! What holds for every client, every specialist and every session.
use domain::RunId;
use proptest::{collection::vec, prelude::*, sample::select};
use psycheos_bot_simulator::engine::{
    Degree, Fit, Goal, Hidden, Layer, Level, LineId, MAX_LINES, MAX_TRUST_RISE, MAX_TRUST_RISE_AFTER_A_MISS, MoveReading,
    Parameters, RawReading, RiskEnquiry, Session, SessionState, Setup, Share, Signal, Snapshot, Speed, Step, Variable, Window,
    advance, helpful_class, replay, tsi::Components,
};
use uuid::Uuid;

use crate::scene::line;

fn degree() -> impl Strategy<Value = Degree> {
    select(vec![Degree::Low, Degree::Moderate, Degree::High])
}

fn window() -> impl Strategy<Value = Window> {
    select(vec![Window::Narrow, Window::Moderate, Window::Wide])
}

fn level() -> impl Strategy<Value = Level> {
    (0_u8..=100).prop_map(Level::whole)
}

fn share() -> impl Strategy<Value = Share> {
    (0_u8..=100).prop_map(Share::percent)
}

prop_compose! {
    fn parameters()(
        layer in 0_usize..5,
        [tension, cognitive_access, uncertainty, trust] in [level(), level(), level(), level()],
        [l0, l2, l3, interpretation, unknown] in [degree(), degree(), degree(), degree(), degree()],
        [tolerance, range] in [window(), window()],
        escalation in select(vec![Speed::Slow, Speed::Moderate, Speed::Fast]),
        [recovery, volatility] in [share(), share()],
    ) -> Parameters {
        Parameters {
            dominant_layer: Layer::ALL[layer],
            tension, cognitive_access, uncertainty, trust,
            l0_reactivity: l0, l2_strength: l2, l3_access: l3,
            interpretation_tolerance: interpretation, uncertainty_tolerance: unknown,
            window: tolerance, escalation, intervention_range: range,
            recovery, volatility,
        }
    }
}

prop_compose! {
    fn setup()(run in any::<u128>(), goal in select(Goal::ALL.to_vec()), parameters in parameters()) -> Setup {
        Setup { run: RunId(Uuid::from_u128(run)), goal, parameters }
    }
}

prop_compose! {
    /// Any reading a model could give, as far as the engine takes it.
    fn reading()(
        layer in select(Layer::ALL.to_vec()),
        fit in select(Fit::ALL.to_vec()),
        asked in vec(select(RiskEnquiry::ALL.to_vec()), 0..3),
        goal_relevance in 0.0..=1.0_f64,
        regulatory_match in -0.5..1.5_f64,
    ) -> MoveReading {
        let risk_enquiry = asked.into_iter().collect();
        MoveReading::settled(&RawReading { addressed_layer: layer, fit, risk_enquiry, goal_relevance, regulatory_match })
    }
}

fn befores(setup: &Setup, steps: &[Step]) -> Vec<Snapshot> {
    std::iter::once(Snapshot::start(&setup.parameters)).chain(steps.iter().map(|step| step.after)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_variable_stays_within_0_and_100(setup in setup(), lines in vec(reading(), 1..30)) {
        for step in replay(&setup, lines) {
            for variable in Variable::ALL {
                prop_assert!((0.0..=100.0).contains(&step.after.hidden.get(variable).points()));
            }
        }
    }

    #[test]
    fn trust_never_rises_by_more_than_it_may(setup in setup(), lines in vec(reading(), 1..30)) {
        let steps = replay(&setup, lines);
        for (before, step) in befores(&setup, &steps).iter().zip(&steps) {
            let most = if before.last == Some(Signal::Green) { MAX_TRUST_RISE } else { MAX_TRUST_RISE_AFTER_A_MISS };
            let rise = step.after.hidden.moved(&before.hidden, Variable::Trust);
            prop_assert!(rise <= most + 0.001, "{rise} after {:?}", before.last);
            if !step.reading.fit().helps() {
                prop_assert!(rise <= 0.0, "trust rose by a line that harms");
            }
        }
    }

    #[test]
    fn the_same_run_and_the_same_lines_give_the_same_numbers(setup in setup(), lines in vec(reading(), 1..30)) {
        let steps = replay(&setup, lines.clone());
        prop_assert_eq!(&steps, &replay(&setup, lines.clone()));
        let mut session = Session::new(setup);
        for line in lines {
            session.say(line);
        }
        prop_assert_eq!(session.current().steps(), steps);
        let stored: Session = serde_json::from_str(&serde_json::to_string(&session).unwrap()).unwrap();
        prop_assert_eq!(stored, session, "a stored session comes back exactly");
    }

    #[test]
    fn no_sequence_gets_stuck(setup in setup(), lines in vec(reading(), 0..25)) {
        let steps = replay(&setup, lines);
        let mut now = *befores(&setup, &steps).last().unwrap();
        let mut turn = u16::try_from(steps.len()).unwrap();
        for _ in 0..MAX_LINES {
            if now.state == SessionState::Closing {
                break;
            }
            turn += 1;
            now = advance(&setup, &now, turn, line(helpful_class(&now))).after;
        }
        prop_assert_eq!(now.state, SessionState::Closing, "{:?}", now);
    }

    #[test]
    fn steps_are_never_debriefed_and_layers_never_above_the_dominant_one(setup in setup(), lines in vec(reading(), 1..30)) {
        for step in replay(&setup, lines) {
            prop_assert_ne!(step.after.state, SessionState::Debrief);
            prop_assert!(step.after.active <= setup.parameters.dominant_layer || step.after.active == Layer::L0);
            if step.after.hidden.tension > Level::whole(75) {
                prop_assert_eq!(step.after.active, Layer::L0);
            }
        }
    }

    #[test]
    fn scores_stay_within_0_and_1(setup in setup(), lines in vec(reading(), 1..30)) {
        let steps = replay(&setup, lines);
        let c = Components::of(&setup.parameters.start(), &steps).unwrap();
        for part in [c.r_match, c.l_consistency, c.alliance, c.uncertainty_modulation, c.reactivity, c.tsi().value] {
            prop_assert!((0.0..=1.0).contains(&part), "{:?}", c);
        }
    }

    #[test]
    fn going_back_and_saying_the_same_again_changes_nothing(setup in setup(), lines in vec(reading(), 2..20), at in 0_usize..20) {
        let mut session = Session::new(setup);
        for line in &lines {
            session.say(*line);
        }
        let before = session.current().steps();
        let at = at % lines.len();
        prop_assert!(session.rewind(LineId(u16::try_from(at + 1).unwrap())));
        for line in &lines[at..] {
            session.say(*line);
        }
        prop_assert_eq!(session.current().steps(), before);
        // Said again, the first line is a second root; all branches together hold every line once they are walked.
        let walked: std::collections::BTreeSet<LineId> =
            session.branches().iter().flat_map(|branch| branch.lines.iter().map(|line| line.id)).collect();
        prop_assert_eq!(walked.len(), session.lines_spoken());
    }

    #[test]
    fn a_level_is_what_it_was_after_storing(points in 0.0..=100.0_f64) {
        let level = Level::of(points);
        let stored: Level = serde_json::from_str(&serde_json::to_string(&level).unwrap()).unwrap();
        prop_assert_eq!(stored, level);
        prop_assert!((level.points() - points).abs() <= 0.005 + 1e-9);
    }
}

#[test]
fn no_number_at_all_is_zero() {
    assert_eq!((Level::of(f64::NAN), Level::of(f64::INFINITY)), (Level::MIN, Level::MAX));
    assert_eq!(Hidden::DEFENSE_AT_START, Level::whole(40));
}
