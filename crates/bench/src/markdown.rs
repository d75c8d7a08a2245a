//! Figures as tables.
use std::{fmt::Write as _, path::Path};

use anyhow::{Context as _, Result};

use crate::{
    figure::{Figure, Part, Report, Target},
    statements::Costs,
};

/// Between these a file's text is ours to write.
const MARKS: (&str, &str) = ("<!-- figures -->", "<!-- end of figures -->");
/// How much slower a grown database may be.
const GROWTH: f64 = 1.3;

/// Puts the tables into a file, between its marks; the rest of it stays.
///
/// # Errors
/// When the file has no marks.
pub fn write(report: &Report, file: &Path) -> Result<()> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let (before, rest) = text.split_once(MARKS.0).context("no mark where figures begin")?;
    let (_, after) = rest.split_once(MARKS.1).context("no mark where figures end")?;
    let text = format!("{before}{}\n\n{}\n{}{after}", MARKS.0, tables(report), MARKS.1);
    Ok(std::fs::write(file, text)?)
}

/// One figure for the terminal.
#[must_use]
pub fn line(figure: &Figure) -> String {
    let mut line = format!("{:<9}{:<75} {:>9} {}", figure.part.name(), figure.what, number(figure.value), figure.unit);
    if let Some(beside) = &figure.beside {
        let _ = write!(line, "   {} of {} ({})", number(figure.ratio()), number(beside.value), beside.what);
    }
    if let Some(spread) = figure.spread {
        let _ = write!(line, "   p50 {} ms, p99 {} ms", number(spread.p50_ms), number(spread.p99_ms));
    }
    if !figure.seen.is_empty() {
        let _ = write!(line, "   {}", figure.seen);
    }
    line
}

/// Everything, as Markdown.
#[must_use]
pub fn tables(report: &Report) -> String {
    let machine = &report.machine;
    let mut out = format!(
        "Measured on {} cores ({}), {} GiB, {}, PostgreSQL {}, fsync on (a flush to this disk took {} ms), by `{}`.\n",
        machine.cores,
        machine.processor,
        machine.memory_gib,
        machine.kernel,
        machine.postgres,
        flushes(&machine.flushes_ms),
        report.command
    );
    for part in Part::ALL {
        let figures: Vec<&Figure> = report.figures.iter().filter(|figure| figure.part == part && !figure.grown).collect();
        if !figures.is_empty() {
            let _ = write!(out, "\n### {}\n\n{}", part.title(), table(&figures));
        }
    }
    if let Some(costs) = &report.costs {
        let _ = write!(out, "\n### Where a turn's time goes\n\n{}", costs_table(costs));
    }
    if let Some(rows) = report.grown {
        let _ = write!(
            out,
            "\n### Growth: {rows} finished jobs, {rows} sent messages, {rows} seen updates\n\n{}",
            growth_table(report)
        );
    }
    out
}

/// The quickest and the slowest.
fn flushes(taken: &[f64]) -> String {
    let least = taken.iter().copied().fold(f64::INFINITY, f64::min);
    let most = taken.iter().copied().fold(0.0, f64::max);
    format!("{} to {}", number(least), number(most))
}

fn table(figures: &[&Figure]) -> String {
    let mut out =
        "| what | measured | p50 / p99, ms | beside | ratio | target | met |\n| --- | --: | --: | --: | --: | --- | --- |\n"
            .to_owned();
    for figure in figures {
        let spread = |spread: Option<crate::spread::Spread>| {
            spread.map_or_else(String::new, |spread| format!("{} / {}", number(spread.p50_ms), number(spread.p99_ms)))
        };
        let beside = figure.beside.as_ref();
        let bound = beside.map_or_else(String::new, |beside| {
            let spread = spread(beside.spread);
            let spread = if spread.is_empty() { spread } else { format!(" ({spread})") };
            format!("{}: {}{spread}", beside.what, number(beside.value))
        });
        let _ = writeln!(
            out,
            "| {}{} | {} {} | {} | {bound} | {} | {} | {} |",
            figure.what,
            if figure.seen.is_empty() { String::new() } else { format!(" — {}", figure.seen) },
            number(figure.value),
            figure.unit,
            spread(figure.spread),
            beside.map_or_else(String::new, |_| number(figure.ratio())),
            joined(&figure.targets, said),
            joined(&figure.targets, met),
        );
    }
    out
}

fn joined(targets: &[Target], say: fn(&Target) -> String) -> String {
    targets.iter().map(say).collect::<Vec<_>>().join("; ")
}

fn said(target: &Target) -> String {
    format!("{} {} {}", if target.at_least { "≥" } else { "≤" }, number(target.limit), target.of).trim().to_owned()
}

/// Yes, or how far away it is.
fn met(target: &Target) -> String {
    if target.is_met() { "yes".to_owned() } else { format!("no: {}", number(target.reached)) }
}

fn costs_table(costs: &Costs) -> String {
    let mut out =
        "| statement | per turn | server, ms | per transaction of pgbench | server, ms |\n| --- | --: | --: | --: | --: |\n"
            .to_owned();
    // What a connection says once, or a process now and then, is no part of a turn.
    let often = costs.ours.iter().chain(&costs.bound).filter(|(_, count)| count.calls >= 0.1);
    let mut names: Vec<&String> = often.map(|(name, _)| name).collect();
    names.sort();
    names.dedup();
    let mut sums = [0.0; 4];
    for name in names {
        let (ours, bound) =
            (costs.ours.get(name).copied().unwrap_or_default(), costs.bound.get(name).copied().unwrap_or_default());
        let cells = [ours.calls, ours.ms, bound.calls, bound.ms];
        sums.iter_mut().zip(cells).for_each(|(sum, cell)| *sum += cell);
        let [a, b, c, d] = cells.map(number);
        let _ = writeln!(out, "| `{name}` | {a} | {b} | {c} | {d} |");
    }
    let [a, b, c, d] = sums.map(number);
    let _ = writeln!(out, "| all | {a} | {b} | {c} | {d} |");
    let _ = writeln!(
        out,
        "\nA turn waits for the database {} times. From delivery to answer it takes {} ms here, while the server writes every statement \
         into its log.",
        number(costs.round_trips),
        number(costs.turn_ms)
    );
    if !costs.inside.is_empty() {
        let _ = writeln!(out, "\n| inside the functions | per turn | server, ms |\n| --- | --: | --: |");
        for (text, count) in costs.inside.iter().filter(|(_, count)| count.calls >= 0.1) {
            let _ = writeln!(out, "| `{text}` | {} | {} |", number(count.calls), number(count.ms));
        }
    }
    out
}

fn growth_table(report: &Report) -> String {
    let mut out = "| what | empty | grown | times slower | target | met |\n| --- | --: | --: | --: | --- | --- |\n".to_owned();
    for (empty, grown) in report.pairs() {
        // More of a rate is better, less of a duration.
        let (more, less) = if empty.unit == "ms" { (grown, empty) } else { (empty, grown) };
        let slower = if less.value > 0.0 { more.value / less.value } else { 0.0 };
        let target = Target::at_most(GROWTH, "×", slower);
        let _ = writeln!(
            out,
            "| {}: {} | {} {} | {} {} | {} | {} | {} |",
            empty.part.name(),
            empty.what,
            number(empty.value),
            empty.unit,
            number(grown.value),
            grown.unit,
            number(slower),
            said(&target),
            met(&target)
        );
    }
    let sizes: Vec<String> = report.row_bytes.iter().map(|(table, bytes)| format!("`{table}` {bytes}")).collect();
    let _ = writeln!(out, "\nBytes of a row on the disk, with its indexes: {}.", sizes.join(", "));
    out
}

/// Three digits that say something.
fn number(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => {
            let text = format!("{value:.2}");
            text.strip_suffix(".00").map_or(text.clone(), str::to_owned)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_says_how_far_away_it_is() {
        let (near, far) = (Target::at_least(0.6, "of the bound", 0.61), Target::at_most(20.0, "ms, p99", 31.4));
        assert_eq!((said(&near), met(&near)), ("≥ 0.60 of the bound".into(), "yes".into()));
        assert_eq!((said(&far), met(&far)), ("≤ 20.0 ms, p99".into(), "no: 31.4".into()));
    }

    #[test]
    fn numbers_have_the_digits_that_matter() {
        assert_eq!([1234.5, 99.94, 4.0, 0.618].map(number), ["1234", "99.9", "4", "0.62"]);
    }
}
