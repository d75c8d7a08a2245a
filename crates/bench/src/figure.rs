//! What was measured, beside what, and whether it is where it should be.
use std::collections::BTreeMap;

use serde::Serialize;

use crate::{machine::Machine, spread::Spread, statements::Costs};

/// A part of the measurement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Services as they stand: start, memory, taps, payments.
    Services,
    /// Webhook turns.
    Turns,
    /// Jobs.
    Jobs,
    /// The sender.
    Sender,
}

impl Part {
    /// Every part, in the order of the tables.
    pub const ALL: [Self; 4] = [Self::Services, Self::Turns, Self::Jobs, Self::Sender];

    /// As it is typed.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Services => "services",
            Self::Turns => "turns",
            Self::Jobs => "jobs",
            Self::Sender => "sender",
        }
    }

    /// As a heading.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Services => "Services",
            Self::Turns => "Webhook turns",
            Self::Jobs => "Jobs",
            Self::Sender => "Sender",
        }
    }
}

/// What a figure should come to, and what it came to.
#[derive(Debug, Clone, Serialize)]
pub struct Target {
    /// Of what: `of the bound`, `ms, p99`.
    pub of: &'static str,
    /// The limit.
    pub limit: f64,
    /// Whether more is better.
    pub at_least: bool,
    /// What was reached.
    pub reached: f64,
}

impl Target {
    /// `reached` should be at least `limit`.
    #[must_use]
    pub fn at_least(limit: f64, of: &'static str, reached: f64) -> Self {
        Self { of, limit, at_least: true, reached }
    }

    /// `reached` should be at most `limit`.
    #[must_use]
    pub fn at_most(limit: f64, of: &'static str, reached: f64) -> Self {
        Self { of, limit, at_least: false, reached }
    }

    /// Whether it is where it should be.
    #[must_use]
    pub fn is_met(&self) -> bool {
        if self.at_least { self.reached >= self.limit } else { self.reached <= self.limit }
    }
}

/// What stands beside a figure, measured in the same run.
#[derive(Debug, Clone, Serialize)]
pub struct Beside {
    /// What it is.
    pub what: String,
    /// Its value, in the figure's unit.
    pub value: f64,
    /// Its durations.
    pub spread: Option<Spread>,
}

/// One figure.
#[derive(Debug, Clone, Serialize)]
pub struct Figure {
    /// Where it belongs.
    pub part: Part,
    /// What was measured.
    pub what: String,
    /// On a grown database.
    pub grown: bool,
    /// The value.
    pub value: f64,
    /// Its unit.
    pub unit: &'static str,
    /// How durations are spread, where it has any.
    pub spread: Option<Spread>,
    /// What it is compared with.
    pub beside: Option<Beside>,
    /// What it should come to.
    pub targets: Vec<Target>,
    /// What else was seen.
    pub seen: String,
}

impl Figure {
    /// A value alone.
    #[must_use]
    pub fn new(part: Part, what: impl Into<String>, value: f64, unit: &'static str) -> Self {
        let (spread, beside, targets, seen) = (None, None, Vec::new(), String::new());
        Self { part, what: what.into(), grown: false, value, unit, spread, beside, targets, seen }
    }

    /// Durations, whose median is the value.
    #[must_use]
    pub fn of_durations(part: Part, what: impl Into<String>, spread: Spread) -> Self {
        Self { spread: Some(spread), ..Self::new(part, what, spread.p50_ms, "ms") }
    }

    /// With durations beside a rate.
    #[must_use]
    pub fn spread(self, spread: Spread) -> Self {
        Self { spread: Some(spread), ..self }
    }

    /// With what it is compared with.
    #[must_use]
    pub fn beside(self, what: impl Into<String>, value: f64, spread: Option<Spread>) -> Self {
        Self { beside: Some(Beside { what: what.into(), value, spread }), ..self }
    }

    /// With a target.
    #[must_use]
    pub fn target(mut self, target: Target) -> Self {
        self.targets.push(target);
        self
    }

    /// With what else was seen.
    #[must_use]
    pub fn seen(self, seen: String) -> Self {
        Self { seen, ..self }
    }

    /// The value as a share of what it is compared with; 0 when there is nothing.
    #[must_use]
    pub fn ratio(&self) -> f64 {
        self.beside.as_ref().filter(|beside| beside.value > 0.0).map_or(0.0, |beside| self.value / beside.value)
    }
}

/// Everything of one run.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Where it was measured.
    pub machine: Machine,
    /// How to measure it again.
    pub command: String,
    /// To how many rows the tables were grown, once they were.
    pub grown: Option<i64>,
    /// What a row of each of them takes on the disk then, with its indexes, bytes.
    pub row_bytes: BTreeMap<String, i64>,
    /// What was measured.
    pub figures: Vec<Figure>,
    /// What a turn costs, counted on the empty database.
    pub costs: Option<Costs>,
}

impl Report {
    /// An empty one.
    #[must_use]
    pub fn new(machine: Machine, command: String) -> Self {
        Self { machine, command, grown: None, row_bytes: BTreeMap::new(), figures: Vec::new(), costs: None }
    }

    /// Adds a figure, and shows it at once.
    pub fn add(&mut self, figure: Figure) {
        let figure = Figure { grown: self.grown.is_some(), ..figure };
        println!("{}", crate::markdown::line(&figure));
        self.figures.push(figure);
    }

    /// Figures that were measured twice: on the empty database and on the grown one.
    pub fn pairs(&self) -> impl Iterator<Item = (&Figure, &Figure)> {
        let empty = self.figures.iter().filter(|figure| !figure.grown);
        empty.filter_map(|empty| {
            let same = |other: &&Figure| other.grown && other.part == empty.part && other.what == empty.what;
            self.figures.iter().find(same).map(|grown| (empty, grown))
        })
    }

    /// Shows it all.
    pub fn print(&self) {
        println!("\n{}", crate::markdown::tables(self));
    }
}
