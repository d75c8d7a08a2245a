//! A session: its lines, going back, ending, and how it might have gone.
use psycheos_bot_simulator::engine::{
    Fit, Goal, LineId, MAX_LINES, Session, SessionState, Signal, alternative, alternatives, replay,
};

use crate::scene::{line, session, setup};

const GOAL: Goal = Goal::SymptomWork;

#[test]
fn a_session_that_fits_goes_through_contact_clarification_and_work_to_its_closing() {
    let mut of = Session::new(setup("NEUROTIC", GOAL));
    let mut states = vec![of.state()];
    for _ in 0..12 {
        let state = of.say(line(Fit::Matches)).unwrap().step.after.state;
        if states.last() != Some(&state) {
            states.push(state);
        }
    }
    assert_eq!(states, [SessionState::Contact, SessionState::Clarification, SessionState::Work, SessionState::Closing]);
    of.end();
    assert_eq!((of.state(), of.say(line(Fit::Matches)), of.rewind(LineId(1))), (SessionState::Debrief, None, false));
}

#[test]
fn the_collapse_after_dismissal_begins_in_alarm_and_is_steadied_into_closing() {
    let mut of = Session::new(setup("CRISIS", Goal::CrisisSupport));
    of.say(line(Fit::Ahead)).unwrap();
    assert_eq!(of.state(), SessionState::Crisis);
    of.say(line(Fit::Matches)).unwrap();
    assert_eq!(of.state(), SessionState::Crisis, "words alone do not lead out of a crisis");
    of.say(line(Fit::StabilizesL0)).unwrap();
    assert_eq!(of.state(), SessionState::Stabilisation);
    for _ in 0..MAX_LINES - 4 {
        if of.state() == SessionState::Closing {
            return;
        }
        of.say(line(Fit::StabilizesL0)).unwrap();
    }
    panic!("{:?}", of.now());
}

#[test]
fn going_back_keeps_both_ways_and_the_same_line_gives_the_same_numbers() {
    let mut of = session("INSTABILITY", GOAL, &[line(Fit::Matches), line(Fit::Escalates), line(Fit::Matches)]);
    let first = *of.line(LineId(2)).unwrap();
    assert!(of.rewind(LineId(2)));
    assert_eq!(of.now(), of.line(LineId(1)).unwrap().step.after);
    let again = of.say(line(Fit::Escalates)).unwrap();
    assert_eq!((again.id, again.parent, again.step), (LineId(4), Some(LineId(1)), first.step));
    assert!(of.rewind(LineId(4)));
    let better = of.say(line(Fit::Matches)).unwrap();
    assert_ne!(better.step.signal, Signal::Red);
    let ids = |lines: &[psycheos_bot_simulator::engine::Iteration]| lines.iter().map(|line| line.id.0).collect::<Vec<_>>();
    let ways: Vec<(Vec<u16>, bool)> = of.branches().iter().map(|branch| (ids(&branch.lines), branch.current)).collect();
    assert_eq!(ways, [(vec![1, 2, 3], false), (vec![1, 4], false), (vec![1, 5], true)]);
    assert!(!of.rewind(LineId(6)) && !of.rewind(LineId(0)));
    assert!(of.rewind(LineId(1)), "also to before the first line");
    assert_eq!((of.current().lines.len(), of.state()), (0, SessionState::Contact));
}

#[test]
fn the_sixtieth_line_ends_the_session_whatever_the_branches() {
    let mut of = Session::new(setup("PANIC", GOAL));
    for said in 0..MAX_LINES {
        if said == 30 {
            assert!(of.rewind(LineId(5)));
        }
        assert!(of.say(line(Fit::Matches)).is_some(), "{said}");
    }
    assert_eq!((of.state(), of.say(line(Fit::Matches))), (SessionState::Debrief, None));
}

#[test]
fn an_alternative_changes_one_line_and_computes_the_rest_anew() {
    let of = setup("INSTABILITY", GOAL);
    let said = [Fit::Matches, Fit::Escalates, Fit::Matches, Fit::Matches].map(line);
    let steps = replay(&of, said);
    let other = alternative(&of, &steps, 2, Fit::Matches).unwrap();
    assert_eq!((other.steps.len(), other.steps[0], other.turn), (4, steps[0], 2));
    assert_ne!(other.steps[1], steps[1]);
    assert!(other.steps[3].after.hidden.tension < steps[3].after.hidden.tension);
    // Readings after the line are as they were.
    assert_eq!(other.steps[3].reading, steps[3].reading);
    assert_eq!(alternative(&of, &steps, 1, Fit::Matches), None, "it is of that class already");
    assert_eq!(alternative(&of, &steps, 9, Fit::Matches), None);
}

#[test]
fn the_lines_that_cost_most_get_alternatives_and_a_good_session_shows_what_it_held_off() {
    let of = setup("NEUROTIC", GOAL);
    let turns = |said: &[Fit]| {
        let steps = replay(&of, said.iter().map(|fit| line(*fit)));
        alternatives(&of, &steps).iter().map(|other| (other.turn, other.instead)).collect::<Vec<_>>()
    };
    use Fit::{Ahead, Escalates, IgnoresDominant, Matches};
    let mixed = turns(&[Matches, Escalates, IgnoresDominant, Matches, IgnoresDominant, Ahead]);
    assert_eq!(mixed.len(), 3);
    assert!(mixed.iter().any(|(turn, _)| *turn == 2) && mixed.iter().all(|(turn, _)| ![1, 4].contains(turn)), "{mixed:?}");
    let good = turns(&[Matches; 4]);
    assert!(good.len() == 3 && good.iter().all(|(_, instead)| *instead == Ahead), "{good:?}");
    assert_eq!(turns(&[]), []);
}
