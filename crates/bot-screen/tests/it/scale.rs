//! The third engine: what its scores, errors, labels and choices keep to. The respondents and figures are those of
//! `make calibrate`, with other seeds and fewer sessions; what is asserted is what `docs/SCREEN-SCALE.md` promises.
use std::collections::BTreeSet;

use psycheos_bot_screen::{
    bank::{QuestionId, bank},
    engine::{
        Answer, Answers, Axis, CompressionFeature, EngineVersion, Horizontal, Intensity, Layer, Next, PerAxis, Pole, Rigid,
        Sureness, next_step, v3,
    },
};

use crate::{
    figures::{AXES, Sample, Seen, TRAITS, thresholds},
    respondents::Kind,
};

/// Not those of the thresholds.
const SEEDS: u64 = 1_000_000;

fn sample(kind: Kind, sessions: u64) -> Sample {
    Sample::of(kind, EngineVersion::V3, SEEDS, sessions)
}

fn answer(question: &str, ticked: &[u8]) -> Answer {
    Answer { question: question.parse().unwrap(), ticked: ticked.to_vec(), skipped: false, none_fits: false }
}

#[test]
fn random_respondents_read_as_the_middle_and_seldom_lean() {
    for kind in Kind::RANDOM {
        let sample = sample(kind, 400);
        for (at, name) in TRAITS.iter().enumerate() {
            let mean = sample.mean(|seen| seen.scores[at]);
            assert!(mean.abs() <= 0.03, "{kind:?}, {name}: mean {mean}");
            let leaning = sample.leaning(at);
            assert!(leaning <= 0.10, "{kind:?}, {name}: {leaning} lean");
        }
        let low = sample.share(|seen| seen.sureness == Sureness::Low);
        assert!(low >= 0.85, "{kind:?}: confidence low in {low}");
    }
}

#[test]
fn the_errors_of_random_respondents_are_as_large_as_their_scores_scatter() {
    let sample = sample(Kind::Random, 400);
    for (at, name) in TRAITS.iter().enumerate().take(AXES) {
        let ratio = sample.mean(|seen| (seen.scores[at] / seen.errors[at]).powi(2)).sqrt();
        assert!((0.85..1.2).contains(&ratio), "{name}: {ratio}");
    }
}

#[test]
fn consistent_respondents_are_recovered_in_a_short_session() {
    let sample = sample(Kind::CONSISTENT, 400);
    let recovered: Vec<f64> = (0..AXES).map(|at| sample.recovered(at)).collect();
    assert!(recovered.iter().sum::<f64>() / AXES as f64 >= 0.95, "{recovered:?}");
    assert!(recovered.iter().all(|share| *share >= 0.93), "{recovered:?}");
    assert!(sample.ordered() >= 0.75, "{}", sample.ordered());
    assert!(sample.wrongly_leaning() <= 0.01, "{}", sample.wrongly_leaning());
    assert!(sample.median_length() <= 11.0, "{}", sample.median_length());
}

#[test]
fn contradictory_respondents_are_asked_longer_and_trusted_less() {
    let sample = sample(Kind::CONTRADICTORY, 200);
    assert!(sample.median_length() >= 13.0, "{}", sample.median_length());
    let high = sample.share(|seen| seen.sureness == Sureness::High);
    assert!(high <= 0.05, "confidence high in {high}");
}

#[test]
fn every_label_is_reached_by_an_ordinary_session() {
    let samples = [sample(Kind::CONSISTENT, 400), sample(Kind::Random, 60)];
    let seen = || samples.iter().flat_map(|sample| &sample.0);
    let occurs = |name: &str, test: &dyn Fn(&Seen) -> bool| assert!(seen().any(test), "{name} does not occur");
    for intensity in [Intensity::Low, Intensity::Moderate, Intensity::High, Intensity::Extreme] {
        let leans = |seen: &Seen| (0..AXES).any(|at| seen.poles[at] != Pole::Neutral && seen.intensities[at] == intensity);
        occurs(&format!("{intensity:?}"), &leans);
    }
    for (at, name) in TRAITS.iter().enumerate() {
        for pole in [Pole::Negative, Pole::Neutral, Pole::Positive] {
            occurs(&format!("{name} {pole:?}"), &|seen| seen.poles[at] == pole);
        }
    }
    for rigid in [Rigid::Low, Rigid::Medium, Rigid::High] {
        occurs(&format!("rigidity {rigid:?}"), &|seen| seen.rigid == rigid);
    }
    for sureness in [Sureness::Low, Sureness::Medium, Sureness::High] {
        occurs(&format!("confidence {sureness:?}"), &|seen| seen.sureness == sureness);
    }
    for label in [Horizontal::Coherent, Horizontal::Polarized, Horizontal::Conflictive] {
        occurs(&format!("{label:?}"), &|seen| seen.horizontal.contains(&label));
    }
    occurs("compression", &|seen| seen.compressed);
    occurs("no compression", &|seen| !seen.compressed);
    occurs("a dominant axis", &|seen| seen.dominant);
    occurs("no dominant axis", &|seen| !seen.dominant);
    occurs("a dominant axis in other cells too", &|seen| seen.dominant && !seen.integrated);
    occurs("an axis through all three cells", &|seen| seen.integrated);
}

#[test]
fn every_sign_of_compression_is_reached() {
    let profile = |of: fn(&PerAxis<f64>) -> f64| v3::profile(&crate::sessions::session(|weights| of(weights) < 0.0));
    let all: BTreeSet<String> = [profile(|w| w[Axis::A1]), profile(|w| w[Axis::A2]), profile(|w| w[Axis::A4])]
        .iter()
        .flat_map(|profile| profile.compression_profile.features.iter().map(|sign| format!("{sign:?}")))
        .collect();
    for sign in [
        CompressionFeature::UncertaintyAvoidanceExtreme,
        CompressionFeature::FutureHorizonConstricted,
        CompressionFeature::ReducedActivation,
    ] {
        assert!(all.contains(&format!("{sign:?}")), "{sign:?}");
    }
}

#[test]
fn the_thresholds_are_the_percentiles_they_are_said_to_be() {
    for one in thresholds(SEEDS, 1500) {
        let near = 0.03_f64.max(0.05 * one.constant);
        assert!((one.found - one.constant).abs() <= near, "{} ({}): {} and {}", one.name, one.what, one.constant, one.found);
    }
}

#[test]
fn what_says_nothing_changes_nothing() {
    let all: Vec<u8> = (0..bank().question("P1_02".parse().unwrap()).options.len() as u8).collect();
    let silent = [
        Answer { skipped: true, ..answer("P1_02", &[1]) },
        Answer { none_fits: true, ..answer("P1_02", &[]) },
        answer("P1_02", &all),
        answer("P1_02", &[]),
        answer("P1_02", &[200]),
    ];
    let nothing = v3::profile(&Answers::default());
    assert_eq!((nothing.response_count, nothing.confidence), (0, 0.0));
    assert!(nothing.axis_error.0.iter().chain(&nothing.layer_error.0).all(|error| (*error - v3::UNKNOWN).abs() < 1e-12));
    for one in silent {
        assert_eq!(v3::profile(&Answers(vec![one])), nothing);
    }
}

#[test]
fn one_answer_moves_a_score_and_leaves_it_uncertain_and_contradiction_raises_the_error() {
    let error = |answers: &[Answer]| v3::profile(&Answers(answers.to_vec())).axis_error[Axis::A4];
    let one = v3::profile(&Answers(vec![answer("P1_04", &[1])]));
    assert!(one.axis_vector[Axis::A4] > 0.2 && one.axis_pole[Axis::A4] == Pole::Neutral);
    assert!((0.2..0.45).contains(&one.axis_error[Axis::A4]), "{}", one.axis_error[Axis::A4]);
    let agreeing = error(&[answer("P1_04", &[1]), answer("A4_L4", &[0])]);
    let contradicting = error(&[answer("P1_04", &[1]), answer("A4_L4", &[2])]);
    assert!(agreeing < one.axis_error[Axis::A4] && agreeing < contradicting, "{agreeing} {contradicting}");
}

#[test]
fn no_single_answer_is_called_a_lean() {
    for question in QuestionId::phase1().chain(QuestionId::nodes()) {
        let options = u8::try_from(bank().question(question).options.len()).unwrap();
        for set in 0..1_u32 << options {
            let ticked = (0..options).filter(|option| set >> option & 1 == 1).collect();
            let profile = v3::profile(&Answers(vec![Answer { question, ticked, skipped: false, none_fits: false }]));
            assert!(
                profile.axis_pole.0.iter().chain(&profile.layer_pole.0).all(|pole| *pole == Pole::Neutral),
                "{question} {set:b}"
            );
        }
    }
}

#[test]
fn the_order_of_the_answers_does_not_matter_and_no_number_is_out_of_its_range() {
    for seed in 0..60 {
        let answers = crate::sessions::random_session(seed);
        let turned = Answers(answers.0.iter().rev().cloned().collect());
        let (one, other) = (v3::profile(&answers), v3::profile(&turned));
        for axis in Axis::ALL {
            assert!((one.axis_vector[axis] - other.axis_vector[axis]).abs() < 1e-9);
            assert!(one.axis_vector[axis].abs() < 1.0 && one.axis_error[axis] > 0.0 && one.axis_error[axis] <= v3::UNKNOWN);
            for layer in Layer::ALL {
                assert!(one.cell(layer, axis).abs() <= one.axis_vector[axis].abs());
                assert!(one.cell(layer, axis) * one.axis_vector[axis] >= 0.0);
            }
        }
        for layer in Layer::ALL {
            assert!(one.layer_vector[layer].abs() < 1.0 && one.layer_error[layer] > 0.0 && one.layer_error[layer] <= v3::UNKNOWN);
        }
        assert!((0.0..1.0).contains(&one.confidence) && (0.0..=1.0).contains(&one.rigidity.total));
    }
}

#[test]
fn the_number_of_ticks_alone_moves_nothing() {
    // One option of each question against all the others of it: the same difference, told by few and by many ticks.
    let few = v3::profile(&Answers(vec![answer("P1_04", &[1])]));
    let many = v3::profile(&Answers(vec![answer("P1_04", &[0, 2, 3, 4, 5, 6, 7])]));
    for axis in Axis::ALL {
        assert!((few.axis_vector[axis] + many.axis_vector[axis]).abs() < 1e-9);
    }
}

#[test]
fn the_next_node_is_the_one_expected_to_tell_most() {
    let answers = Answers(QuestionId::phase1().map(|id| answer(&id.to_string(), &[0])).collect());
    let estimates = v3::Estimates::of(&answers);
    let gain = |node: QuestionId| v3::expected_gain(&estimates, bank().question(node));
    let Next::Ask(chosen, 2) = next_step(&answers) else { panic!("phase 2 begins") };
    assert!(QuestionId::nodes().all(|node| gain(node) <= gain(chosen) + 1e-9));
    assert!(QuestionId::nodes().any(|node| gain(node) < gain(chosen) - 0.01), "the gains are all alike");
    assert!(gain(chosen) > 0.0);
}

#[test]
fn the_adaptive_choice_makes_axes_certain_sooner_than_the_order_of_the_bank() {
    let largest = |kind: Kind, chosen: bool| {
        let errors = (SEEDS..SEEDS + 60).map(|seed| {
            let session = if chosen {
                kind.session_of_length(EngineVersion::V3, seed, 11)
            } else {
                kind.session_of_length(EngineVersion::V2, seed, 11)
            };
            v3::profile(&session.answers).axis_error.0.into_iter().fold(0.0, f64::max)
        });
        errors.sum::<f64>() / 60.0
    };
    let (chosen, by_v2) = (largest(Kind::CONSISTENT, true), largest(Kind::CONSISTENT, false));
    assert!(chosen < 0.9 * by_v2, "{chosen} and {by_v2}");
}
