//! Every guard is needed, and every guard that is gone is seen.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proof::{
    chaos,
    mutants::{How, MUTANTS, Mutant},
};

/// Plays every provocation and says what is wrong with each.
async fn play(guarded: bool, wrong: impl Fn(&Mutant, &proof::checker::Findings) -> bool) -> String {
    let mut report = String::new();
    for mutant in MUTANTS {
        match mutant.play(guarded).await {
            Ok(findings) if wrong(mutant, &findings) => report.push_str(&format!("{}:\n{findings}", mutant.name)),
            Ok(_) => {}
            Err(error) => report.push_str(&format!("{}: {error:?}\n", mutant.name)),
        }
    }
    report
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_dies_breaks_or_lies_nothing_is_lost_doubled_or_reordered() {
    let runs = [1, 2, 3].map(|seed| async move {
        let folder = tempfile::tempdir().unwrap();
        chaos::run(folder.path(), seed).await.unwrap_or_else(|error| panic!("seed {seed}: {error:?}"))
    });
    for chaos in futures_util::future::join_all(runs).await {
        assert!(chaos.findings.is_clean(), "{chaos}");
        assert!(chaos.findings.counts.deliveries > 300, "something was talked about: {chaos}");
    }
}

#[tokio::test]
async fn each_guard_holds() {
    let report = play(true, |_, findings| !findings.is_clean()).await;
    assert!(report.is_empty(), "{report}");
}

#[tokio::test]
async fn each_mutant_is_seen() {
    let report = play(false, |mutant, findings| !mutant.is_seen(findings)).await;
    assert!(report.is_empty(), "{report}");
}

#[test]
fn what_is_rewritten_on_its_way_keeps_its_length_and_is_what_the_services_send() {
    let sent = include_str!("../../db/src/pool.rs");
    for mutant in MUTANTS {
        if let How::Wire { from, to } = mutant.how {
            assert_eq!((from.len(), sent.matches(from).count()), (to.len(), 1), "{}", mutant.name);
        }
    }
}

#[test]
fn mutants_are_found_by_their_names() {
    assert!(MUTANTS.iter().all(|mutant| Mutant::find(mutant.name) == Some(mutant)));
}
