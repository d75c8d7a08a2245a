//! The states of a session and their guards, as one table.
use psycheos_bot_simulator::engine::{
    Facts, Fit, Goal, Hidden, Layer, Level, Pattern, RiskEnquiries, RiskEnquiry, SessionState, Share, Signal, Tally, next_state,
};

/// State, what is so after the line, the state that follows. What is not named is as in [`calm`].
const TABLE: &str = "
    S1 | two greens, trust 41                                           | S2
    S1 | two greens, trust 40                                           | S1   trust must be above 40
    S1 | one green, trust 80                                            | S1   one green line is no contact
    S1 | tension 76, match 0.49                                         | S4   tense and not met
    S1 | tension 76, match 0.50                                         | S1   tense, but met
    S1 | tension 75, match 0.10                                         | S1   75 is not above 75
    S1 | two greens, trust 60, tension 80, match 0.2                    | S4   crisis comes first
    S2 | green line, relevance 0.60                                     | S3
    S2 | green line, relevance 0.59                                     | S2   beside the goal
    S2 | relevance 0.9                                                  | S2   a yellow line opens no work
    S2 | one miss                                                       | S2
    S2 | two misses                                                     | S1   contact was lost
    S3 | three greens, improved                                         | S6
    S3 | three greens                                                   | S3   nothing improved
    S3 | two greens, improved                                           | S3   two are too few
    S3 | tension 76, two reds                                           | S4
    S3 | tension 76, one red                                            | S3
    S3 | tension 75, two reds                                           | S3
    S3 | access 19                                                      | S5   the client cannot think now
    S3 | access 20                                                      | S3
    S3 | tension 90, two reds, access 5                                 | S4   crisis comes first
    S3 | three greens, improved, access 19                              | S5   steadying comes before closing
    S4 | class stabilizes_L0                                            | S5
    S4 | class matches, green line, tension 20                          | S4   only steadying leads out of a crisis
    S5 | two greens, tension 49, access 41                              | S3
    S5 | two greens, tension 50, access 41                              | S5
    S5 | two greens, tension 49, access 40                              | S5
    S5 | one green, tension 20, access 80                               | S5
    S5 | two greens, tension 49, access 41, goal crisis                 | S6   steadying was the goal
    S5 | two greens, tension 49, access 10, goal contact                | S6
    S5 | two greens, tension 49, access 41, safety plan                 | S6   a plan is agreed: no more work now
    S5 | two greens, tension 49, access 41, referral                    | S6
    S5 | two greens, tension 50, safety plan                            | S5
    S6 | tension 100, two reds, class escalates, match 0                | S6   the specialist ends it
    S7 | two greens, trust 90                                           | S7   it is over
";

/// A client in the middle of everything, and a yellow line.
fn calm() -> Facts {
    let hidden = Hidden {
        tension: Level::whole(60),
        cognitive_access: Level::whole(60),
        uncertainty: Level::whole(60),
        trust: Level::whole(35),
        defense: Level::whole(40),
    };
    Facts {
        hidden,
        entered: hidden,
        fit: Fit::Matches,
        regulatory_match: Share::percent(70),
        goal_relevance: Share::percent(50),
        signal: Signal::Yellow,
        tally: Tally::default(),
        goal: Goal::SymptomWork,
        covered: RiskEnquiries::NONE,
    }
}

fn change(facts: &mut Facts, condition: &str) {
    let (name, value) = condition.rsplit_once(' ').unwrap_or((condition, ""));
    let level = || Level::whole(value.parse().unwrap());
    let share = || Share::of(value.parse().unwrap());
    let many = || ["no", "one", "two", "three"].iter().position(|word| *word == name).unwrap() as u8;
    match (name, value) {
        (_, "green" | "greens") => facts.tally.greens = many(),
        (_, "miss" | "misses") => facts.tally.misses = many(),
        (_, "red" | "reds") => facts.tally.reds = many(),
        ("green", "line") => facts.signal = Signal::Green,
        ("trust", _) => facts.hidden.trust = level(),
        ("tension", _) => facts.hidden.tension = level(),
        ("access", _) => facts.hidden.cognitive_access = level(),
        ("match", _) => facts.regulatory_match = share(),
        ("relevance", _) => facts.goal_relevance = share(),
        ("class", class) => facts.fit = Fit::ALL.into_iter().find(|fit| fit.as_str() == class).unwrap(),
        ("goal", "crisis") => facts.goal = Goal::CrisisSupport,
        ("goal", "contact") => facts.goal = Goal::ContactStabilization,
        ("safety", "plan") => facts.covered = [RiskEnquiry::SafetyPlan].into_iter().collect(),
        ("referral", "") => facts.covered = [RiskEnquiry::Referral].into_iter().collect(),
        ("improved", "") => {
            facts.entered.tension = Level::whole(61);
            facts.entered.uncertainty = Level::whole(61);
        }
        _ => panic!("unknown condition {condition}"),
    }
}

#[test]
fn a_session_goes_from_state_to_state_as_the_table_says() {
    let state = |code: &str| SessionState::ALL.into_iter().find(|state| state.code() == code).unwrap();
    for row in TABLE.lines().map(str::trim).filter(|row| !row.is_empty()) {
        let [from, conditions, to] = row.splitn(3, '|').map(str::trim).collect::<Vec<_>>().try_into().unwrap();
        let mut facts = calm();
        conditions.split(',').for_each(|condition| change(&mut facts, condition.trim()));
        assert_eq!(next_state(state(from), &facts), state(&to[..2]), "{row}");
    }
}

#[test]
fn improvement_is_of_tension_and_of_uncertainty() {
    for (tension, uncertainty, to) in
        [(61, 61, SessionState::Closing), (60, 61, SessionState::Work), (61, 60, SessionState::Work)]
    {
        let mut facts = calm();
        facts.tally.greens = 3;
        (facts.entered.tension, facts.entered.uncertainty) = (Level::whole(tension), Level::whole(uncertainty));
        assert_eq!(next_state(SessionState::Work, &facts), to, "{tension} {uncertainty}");
    }
}

#[test]
fn a_yellow_cascade_takes_the_greens_back_and_one_yellow_does_not() {
    // Greens after these signals, G Y R.
    for (signals, greens) in [("GG", 2), ("GYG", 2), ("GGYY", 0), ("GYYG", 1), ("GGR", 0), ("GRG", 1), ("GYRG", 1)] {
        let (mut tally, mut last) = (Tally::default(), None);
        for sign in signals.chars() {
            let signal = match sign {
                'G' => Signal::Green,
                'Y' => Signal::Yellow,
                _ => Signal::Red,
            };
            tally = tally.with(signal, Pattern::of(last, signal));
            last = Some(signal);
        }
        assert_eq!(tally.greens, greens, "{signals}");
    }
}

#[test]
fn two_signals_in_a_row_mean_what_the_table_says() {
    use Pattern::{Cascade, ContactRestored, HeightenedSensitivity};
    use Signal::{Green, Red, Yellow};
    for (last, signal, pattern) in [
        (None, Green, None),
        (None, Red, None),
        (Some(Green), Yellow, None),
        (Some(Green), Red, None),
        (Some(Yellow), Yellow, Some(HeightenedSensitivity)),
        (Some(Yellow), Red, Some(Cascade)),
        (Some(Red), Green, Some(ContactRestored)),
        (Some(Yellow), Green, None),
        (Some(Red), Red, None),
    ] {
        assert_eq!(Pattern::of(last, signal), pattern, "{last:?} {signal:?}");
    }
}

#[test]
fn layers_have_neighbours_and_distances() {
    assert_eq!((Layer::L4.above(), Layer::L0.below()), (Layer::L4, Layer::L0));
    assert_eq!((Layer::L1.above(), Layer::L3.below(), Layer::L0.distance(Layer::L4)), (Layer::L2, Layer::L2, 4));
}
