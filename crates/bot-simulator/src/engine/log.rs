//! A session: its lines as a tree, so that a line can be tried again and both ways are kept.
use serde::{Deserialize, Serialize};

use super::{MoveReading, SessionState, Setup, Snapshot, Step, advance};

/// The most lines of a session, over all its branches.
pub const MAX_LINES: usize = 60;
/// A session with fewer lines is not charged.
pub const MIN_CHARGED_LINES: usize = 3;

/// A line of a session, numbered from 1 in the order in which the lines were spoken, over all branches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LineId(pub u16);

/// A line in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Iteration {
    /// Its number in the session.
    pub id: LineId,
    /// The line before it in its branch; none for a first line. It always has a smaller number.
    pub parent: Option<LineId>,
    /// What it was and did.
    pub step: Step,
}

/// One way through a session, from the first line to a last one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// Its lines in order; empty only for a session in which nothing was said on this way.
    pub lines: Vec<Iteration>,
    /// It is the one the specialist is on.
    pub current: bool,
}

impl Branch {
    /// What each line was and did, in order.
    #[must_use]
    pub fn steps(&self) -> Vec<Step> {
        self.lines.iter().map(|line| line.step).collect()
    }
}

/// A session with everything that was said in it, without the words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    setup: Setup,
    lines: Vec<Iteration>,
    /// The last line of the way the specialist is on.
    head: Option<LineId>,
    ended: bool,
}

impl Session {
    /// A session in which nothing was said yet.
    #[must_use]
    pub const fn new(setup: Setup) -> Self {
        Self { setup, lines: Vec::new(), head: None, ended: false }
    }

    /// What stays the same through the session.
    #[must_use]
    pub const fn setup(&self) -> &Setup {
        &self.setup
    }

    /// Everything the engine knows now.
    #[must_use]
    pub fn now(&self) -> Snapshot {
        self.head.and_then(|id| self.line(id)).map_or_else(|| Snapshot::start(&self.setup.parameters), |line| line.step.after)
    }

    /// Where the session stands; S7 once it has ended.
    #[must_use]
    pub fn state(&self) -> SessionState {
        if self.ended { SessionState::Debrief } else { self.now().state }
    }

    /// Lines spoken, over all branches.
    #[must_use]
    pub const fn lines_spoken(&self) -> usize {
        self.lines.len()
    }

    /// A line of the log.
    #[must_use]
    pub fn line(&self, id: LineId) -> Option<&Iteration> {
        usize::from(id.0).checked_sub(1).and_then(|at| self.lines.get(at))
    }

    /// Adds a line to the way the specialist is on; `None` once the session has ended. The last line that may be spoken ends
    /// the session.
    pub fn say(&mut self, reading: MoveReading) -> Option<Iteration> {
        if self.ended || self.lines.len() >= MAX_LINES {
            return None;
        }
        let before = self.now();
        let turn = self.head.and_then(|id| self.line(id)).map_or(1, |line| line.step.turn.saturating_add(1));
        let id = LineId(u16::try_from(self.lines.len() + 1).ok()?);
        let line = Iteration { id, parent: self.head, step: advance(&self.setup, &before, turn, reading) };
        self.lines.push(line);
        self.head = Some(id);
        self.ended = self.lines.len() >= MAX_LINES;
        Some(line)
    }

    /// Goes back to the moment before a line, so that it can be said anew; what was said is kept as a branch. `false`, and
    /// nothing happens, for a line there is not and once the session has ended.
    pub fn rewind(&mut self, before: LineId) -> bool {
        let parent = self.line(before).map(|line| line.parent);
        match parent {
            Some(parent) if !self.ended => {
                self.head = parent;
                true
            }
            Some(_) | None => false,
        }
    }

    /// Ends the session, from whatever state: S7.
    pub const fn end(&mut self) {
        self.ended = true;
    }

    /// The way the specialist is on.
    #[must_use]
    pub fn current(&self) -> Branch {
        Branch { lines: self.way_to(self.head), current: true }
    }

    /// All ways through the session, in the order in which they were last walked; the current one, which may be an empty or
    /// unfinished one after going back, is last.
    #[must_use]
    pub fn branches(&self) -> Vec<Branch> {
        let is_parent = |id| self.lines.iter().any(|line| line.parent == Some(id));
        let leaves = self.lines.iter().map(|line| line.id).filter(|id| !is_parent(*id) && self.head != Some(*id));
        let others = leaves.map(|leaf| Branch { lines: self.way_to(Some(leaf)), current: false });
        others.chain([self.current()]).collect()
    }

    fn way_to(&self, last: Option<LineId>) -> Vec<Iteration> {
        let next = |line: &&Iteration| line.parent.filter(|parent| *parent < line.id).and_then(|parent| self.line(parent));
        let mut lines: Vec<Iteration> = std::iter::successors(last.and_then(|id| self.line(id)), next).copied().collect();
        lines.reverse();
        lines
    }
}
