//! Prints how both engines read made-up respondents, side by side, and the percentiles behind the thresholds of the third:
//! `make calibrate`, or with another number of sessions `make calibrate SESSIONS=500`.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

mod figures;
mod respondents;

use psycheos_bot_screen::engine::{EngineVersion, Horizontal, Intensity, Pole, Rigid, Sureness};

use crate::{
    figures::{AXES, Sample, Seen, TRAITS, thresholds},
    respondents::Kind,
};

/// Sessions of each kind unless the command names another number.
const SESSIONS: u64 = 4000;

fn main() {
    let sessions = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(SESSIONS);
    println!("{sessions} sessions of each kind, seeds from 0.\n");
    let kinds = [
        ("random", Kind::Random),
        ("random, one tick", Kind::RandomOne),
        ("consistent", Kind::CONSISTENT),
        ("contradictory", Kind::CONTRADICTORY),
    ];
    for (version, name) in [(EngineVersion::V2, "v2"), (EngineVersion::V3, "v3")] {
        let samples = kinds.map(|(kind_name, kind)| (kind_name, Sample::of(kind, version, 0, sessions)));
        overview(name, &samples);
        by_trait(name, "mean score", &samples, |sample, at| format!("{:+.3}", sample.mean(|seen| seen.scores[at])));
        by_trait(name, "share leaning to a pole", &samples, |sample, at| format!("{:.3}", sample.leaning(at)));
        by_trait(name, "side recovered", &samples[2..3], |sample, at| format!("{:.3}", sample.recovered(at)));
        labels(name, &samples);
    }
    noise(sessions / 4);
    percentiles(sessions);
}

type Named = (&'static str, Sample);

fn overview(version: &str, samples: &[Named]) {
    println!(
        "| {version} | questions: 25th, median, 75th | mean confidence | side recovered, axes | order of axes | wrong side among leaning axes |"
    );
    println!("| --- | --- | --- | --- | --- | --- |");
    for (name, sample) in samples {
        let length = |percent| sample.percentile(percent, |seen| vec![seen.length as f64]);
        let recovered = (0..AXES).map(|at| sample.recovered(at)).sum::<f64>() / AXES as f64;
        let stands = name.starts_with("consistent");
        let only = |value: f64| if stands { format!("{value:.3}") } else { "—".to_owned() };
        println!(
            "| {name} | {}, {}, {} | {:.2} | {} | {} | {} |",
            length(25.0),
            sample.median_length(),
            length(75.0),
            sample.mean(|seen| seen.confidence),
            only(recovered),
            only(sample.ordered()),
            only(sample.wrongly_leaning()),
        );
    }
    println!();
}

fn by_trait(version: &str, title: &str, samples: &[Named], cell: impl Fn(&Sample, usize) -> String) {
    println!("| {version}, {title} | {} |", TRAITS.join(" | "));
    println!("| --- |{}", " --- |".repeat(TRAITS.len()));
    for (name, sample) in samples {
        let cells: Vec<String> = (0..TRAITS.len()).map(|at| cell(sample, at)).collect();
        println!("| {name} | {} |", cells.join(" | "));
    }
    println!();
}

/// What a row of the table counts.
type Asked = Box<dyn Fn(&Seen) -> bool>;

/// The share of sessions with each label; a label of an axis or layer counts when any of them has it.
fn labels(version: &str, samples: &[Named]) {
    let strength = |seen: &Seen, of| (0..AXES).any(|at| seen.poles[at] != Pole::Neutral && seen.intensities[at] == of);
    let rows: [(&str, Asked); 16] = [
        ("leaning slightly", Box::new(move |seen| strength(seen, Intensity::Low))),
        ("leaning moderately", Box::new(move |seen| strength(seen, Intensity::Moderate))),
        ("leaning strongly", Box::new(move |seen| strength(seen, Intensity::High))),
        ("leaning very strongly", Box::new(move |seen| strength(seen, Intensity::Extreme))),
        ("rigidity low", Box::new(|seen| seen.rigid == Rigid::Low)),
        ("rigidity medium", Box::new(|seen| seen.rigid == Rigid::Medium)),
        ("rigidity high", Box::new(|seen| seen.rigid == Rigid::High)),
        ("confidence low", Box::new(|seen| seen.sureness == Sureness::Low)),
        ("confidence medium", Box::new(|seen| seen.sureness == Sureness::Medium)),
        ("confidence high", Box::new(|seen| seen.sureness == Sureness::High)),
        ("compressed", Box::new(|seen| seen.compressed)),
        ("one axis dominates", Box::new(|seen| seen.dominant)),
        ("one axis through all three cells", Box::new(|seen| seen.integrated)),
        ("a layer coherent", Box::new(|seen| seen.horizontal.contains(&Horizontal::Coherent))),
        ("a layer polarised", Box::new(|seen| seen.horizontal.contains(&Horizontal::Polarized))),
        ("a layer pulled apart", Box::new(|seen| seen.horizontal.contains(&Horizontal::Conflictive))),
    ];
    println!("| {version}, share of sessions | {} |", samples.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(" | "));
    println!("| --- |{}", " --- |".repeat(samples.len()));
    for (label, has) in &rows {
        let shares: Vec<String> = samples.iter().map(|(_, sample)| format!("{:.3}", sample.share(has))).collect();
        println!("| {label} | {} |", shares.join(" | "));
    }
    println!();
}

/// The same judgement at other amounts of noise than the one the engine is judged by.
fn noise(sessions: u64) {
    println!("| v3, consistent respondents by noise | median questions | side recovered, A1 to A4 |");
    println!("| --- | --- | --- |");
    for noise in [0.0, 0.1, 0.2, 0.3, 0.4] {
        let sample = Sample::of(Kind::Consistent { noise }, EngineVersion::V3, 0, sessions);
        let recovered: Vec<String> = (0..AXES).map(|at| format!("{:.3}", sample.recovered(at))).collect();
        println!("| {noise} | {} | {} |", sample.median_length(), recovered.join(", "));
    }
    println!();
}

fn percentiles(sessions: u64) {
    println!("| threshold of v3 | constant | found | percentile |");
    println!("| --- | --- | --- | --- |");
    for one in thresholds(0, sessions) {
        println!("| {} | {:.3} | {:.3} | {} |", one.name, one.constant, one.found, one.what);
    }
}
