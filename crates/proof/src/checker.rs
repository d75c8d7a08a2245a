//! What must hold when everything has healed and drained, over the rows and over the stand-in's log.
//!
//! [`Facts`] are loaded once, then [`judge`] is a pure function of them. Where an outcome cannot be known, it accepts both; each rule says where.
//!
//! | id | rule |
//! | --- | --- |
//! | I1–I8, I11, I19 | each row of the view `psycheos.invariants` |
//! | I5, I7 | an operation has one hold and one settlement of its price, a run is charged once, a result is settled once |
//! | I9 | what Telegram was answered with 200 is what was taken in, and each turn's rows are of the transaction that took the update in; an update that was never acknowledged is `LOST`, one that failed and was not meant to is `DEAD` |
//! | I10 | the copies of one press have one lasting effect |
//! | I11 | no message is left open; neither is a job (`OPEN`) |
//! | I12 | first deliveries of a chat follow `seq` |
//! | I13 | a delivery too many has a flagged row; a message that is `sent` was delivered (`LOST`) |
//! | I14 | what a job left behind is of the one transaction that ended it |
//! | I15 | one artifact per (service, run, type) |
//! | I16 | a run is in the chat of the person its pass is bound to, and in no other |

mod deliveries;
mod facts;
mod rows;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use anyhow::Result;
use fake_telegram::FakeTelegram;
use tokio_postgres::Client;

pub use facts::{Artifact, Call, Chat, Delivery, Facts, Job, Made, Message, Operation, Run, Seen, Update};

/// Something that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Broken {
    /// `I1` to `I20`, or `LOST`, `OPEN`, `DEAD`.
    pub id: &'static str,
    /// What exactly.
    pub what: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.id, self.what)
    }
}

/// Numbers for the report.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    /// Updates the stand-in created, copies under an id of their own with them.
    pub updates_sent: usize,
    /// Of these, how many were answered with 200.
    pub updates_acknowledged: usize,
    /// Of these, how many were taken in.
    pub updates_with_effect: usize,
    /// Presses that Telegram gave up before they were answered with 200.
    pub updates_expired: usize,
    /// Dead letters.
    pub updates_dead: usize,
    /// Operations by state.
    pub operations: BTreeMap<String, usize>,
    /// Stars by which wallets and their entries differ.
    pub ledger_drift_stars: i64,
    /// Messages by state.
    pub messages: BTreeMap<String, usize>,
    /// Messages that appeared in chats.
    pub deliveries: usize,
    /// Messages that are `sent` and were not delivered.
    pub lost: usize,
    /// Messages whose first delivery came after that of a later one.
    pub reordered: usize,
    /// Deliveries too many, on rows that say so.
    pub doubled_flagged: usize,
    /// Deliveries of messages that were given up because nobody knew whether they had arrived.
    pub uncertain: usize,
    /// Deliveries too many that no row says.
    pub doubled_unflagged: usize,
    /// Jobs by state.
    pub jobs: BTreeMap<String, usize>,
    /// Messages and jobs that should have ended.
    pub open: usize,
    /// Messages that are not due yet.
    pub not_due: usize,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Findings {
    /// What does not hold; empty when all is well.
    pub broken: Vec<Broken>,
    /// Numbers for the report.
    pub counts: Counts,
}

impl Findings {
    /// Nothing is broken.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.broken.is_empty()
    }

    /// The ids of what does not hold.
    #[must_use]
    pub fn ids(&self) -> BTreeSet<&'static str> {
        self.broken.iter().map(|broken| broken.id).collect()
    }

    pub(crate) fn break_(&mut self, id: &'static str, what: impl Into<String>) {
        self.broken.push(Broken { id, what: what.into() });
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.broken.iter().try_for_each(|broken| writeln!(f, "{broken}"))
    }
}

/// What a scenario means to break.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Expected {
    /// Updates that fail on purpose until they are put aside.
    pub dead_updates: usize,
}

/// Checks a platform that has drained: no update waits, no service works.
///
/// # Errors
/// The database cannot be read. What does not hold is no error but a finding.
pub async fn check(admin: &Client, telegram: &FakeTelegram, expected: Expected) -> Result<Findings> {
    Ok(judge(&Facts::load(admin, telegram).await?, expected))
}

/// What does not hold in these facts.
#[must_use]
pub fn judge(facts: &Facts, expected: Expected) -> Findings {
    let mut findings = Findings::default();
    for (id, what) in &facts.invariants {
        findings.break_(known(id), what);
    }
    rows::updates(facts, expected, &mut findings);
    rows::turns(facts, &mut findings);
    rows::presses(facts, &mut findings);
    rows::operations(facts, &mut findings);
    rows::jobs(facts, &mut findings);
    rows::artifacts(facts, &mut findings);
    rows::passes(facts, &mut findings);
    deliveries::judge(facts, &mut findings);
    findings.counts.ledger_drift_stars = facts.ledger_drift_stars;
    findings
}

/// An invariant's id as a word of this build.
fn known(id: &str) -> &'static str {
    const IDS: [&str; 20] = [
        "I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I9", "I10", "I11", "I12", "I13", "I14", "I15", "I16", "I17", "I18",
        "I19", "I20",
    ];
    IDS.into_iter().find(|known| *known == id).unwrap_or("UNKNOWN")
}
