//! Guards that can be switched off, one at a time: whoever checks must see it, or the check proves nothing.
//!
//! Most guards are a few words in a function of the database. A mutant replaces them in the harness's own database after the migrations
//! ([`Mutant::apply`]); what is not found exactly once is an error, so a mutant cannot go stale unseen. The services' programs have no switches;
//! the one guard that is a statement of theirs is rewritten on its way ([`How::Wire`]).
//!
//! Chance is slow to come into a race that takes minutes to line up, so each mutant has a [`Provocation`]: the calls the services make, in the
//! order of the race, over connections of the services' roles. With the guard it leaves the checker clean, without the guard it makes it fail.
//! Calls of Telegram are facts here, as the stand-in would have logged them.
//!
//! # What lies behind a guard
//!
//! Several guards have another one behind them, so that a broken one does no harm by itself. This is what the mutants found:
//!
//! - *Lease of a job.* Without the lease alone (the status is still compared) one of two workers ends the job and the other is told so: nothing
//!   happens twice. The mutant takes the whole fence away. Even then keys keep messages, artifacts and charges single; what shows is a job
//!   whose rows are of two transactions.
//! - *Lease of a message.* A late "sent" of an old sender is harmless, for it was sent. A late "failed" opens the chat for the next message
//!   while the new sender still sends this one.
//! - *Dedup.* Keys that name the update keep replies and jobs single; what has no key (a case, an invoice, a launch) is made twice, and the chat
//!   has had one turn too many.
//! - *One person for a pass.* The trigger `keep_binding` refuses to bind it again. Then the second person's update fails five times and
//!   becomes a dead letter, which is seen; without the trigger, too, the run is in two chats.
//! - *Compare-and-set of a settlement.* The trigger `settle_once` refuses every change of a settled state, but not the same state again: a
//!   second release of a canceled operation, a second charge of a committed one. The first happens by itself (a pass is taken back, later its case
//!   is deleted); before the second every caller looks at the state, under the wallet's lock.
//! - *No charge without a result.* All callers look first; the trigger is the last line.
//! - *`SET CONSTRAINTS`.* It shows an error that somebody swallowed inside a transaction. No service swallows one, and a deferred constraint that
//!   fails at COMMIT surfaces without it: no fault can reach this guard. The provocation is a caller who swallows an error.

mod provocations;

use anyhow::{Context, Result, bail};
use test_kit::TestDb;
use tokio_postgres::Client;

use crate::checker::{Expected, Findings, judge};
pub use provocations::Provocation;

/// Words of a function of the database, and what takes their place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// The function's name in the schema `psycheos`.
    pub function: &'static str,
    /// Found exactly once.
    pub from: &'static str,
    /// What stands there instead.
    pub to: &'static str,
}

/// How a guard is switched off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// In the database, after the migrations.
    Sql(&'static [Piece]),
    /// In what the services send to it: bytes in the place of as many.
    Wire {
        /// What they send.
        from: &'static str,
        /// What arrives.
        to: &'static str,
    },
}

/// A platform without one of its guards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mutant {
    /// Its name on the command line.
    pub name: &'static str,
    /// What the guard does, as a sentence.
    pub guard: &'static str,
    /// How it is switched off.
    pub how: How,
    /// Ids of the checker of which at least one must be found.
    pub seen_by: &'static [&'static str],
    /// Services can come into this by themselves. `false`: something of theirs stands in front, and only the provocation gets there.
    pub reachable: bool,
    /// The race that needs the guard.
    pub provoke: Provocation,
}

/// All of them.
pub const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "job_lease",
        guard: "a job is ended by the worker that holds its lease",
        how: How::Sql(&[Piece { function: "jobs_finish", from: " AND j.lease = p_lease AND j.status = 'running'", to: "" }]),
        seen_by: &["I14"],
        reachable: true,
        provoke: Provocation::WorkerOutlivesItsLease,
    },
    Mutant {
        name: "message_lease",
        guard: "a message is ended by the sender that holds its lease",
        how: How::Sql(&[Piece { function: "outbox_finish", from: " AND o.lease = t.lease AND o.status = 'sending'", to: "" }]),
        seen_by: &["I12"],
        reachable: true,
        provoke: Provocation::SenderOutlivesItsLease,
    },
    Mutant {
        name: "dedup",
        guard: "an update that was taken in is not taken in again",
        how: How::Sql(&[Piece {
            function: "turn_begin",
            from: "ON CONFLICT DO NOTHING;\n        IF NOT FOUND THEN",
            to: "ON CONFLICT DO NOTHING;\n        IF false THEN",
        }]),
        seen_by: &["I9"],
        reachable: true,
        provoke: Provocation::UpdateComesTwice,
    },
    Mutant {
        name: "artifact_trigger",
        guard: "nothing is charged without an artifact",
        how: How::Sql(&[Piece {
            function: "settle_once",
            from: "NEW.status = 'committed' AND OLD.status = 'reserved' AND NOT EXISTS",
            to: "false AND NOT EXISTS",
        }]),
        seen_by: &["I6"],
        reachable: false,
        provoke: Provocation::ChargeWithoutResult,
    },
    Mutant {
        name: "head_of_line",
        guard: "of a chat only the oldest open message is claimed",
        how: How::Sql(&[Piece {
            function: "outbox_claim",
            from: "AND e.seq < o.seq AND e.status",
            to: "AND false AND e.status",
        }]),
        seen_by: &["I12"],
        reachable: true,
        provoke: Provocation::TwoSenders,
    },
    Mutant {
        name: "pass_guard",
        guard: "a pass opens for the first who comes",
        how: How::Sql(&[ONE_PERSON]),
        seen_by: &["DEAD"],
        reachable: true,
        provoke: Provocation::TwoOpenOnePass,
    },
    Mutant {
        name: "pass_guard_and_binding",
        guard: "a pass opens for the first who comes, and stays bound to them",
        how: How::Sql(&[
            ONE_PERSON,
            Piece {
                function: "keep_binding",
                from: "OLD.bound_telegram_id IS NOT NULL AND NEW.bound_telegram_id IS DISTINCT FROM",
                to: "false AND NEW.bound_telegram_id IS DISTINCT FROM",
            },
        ]),
        seen_by: &["I16"],
        reachable: true,
        provoke: Provocation::TwoOpenOnePass,
    },
    Mutant {
        name: "settle_guard_of_releases",
        guard: "what was released is not released again",
        how: How::Sql(&[Piece { function: "usage_cancel", ..OPEN_ONLY }]),
        seen_by: &["I4", "I5"],
        reachable: true,
        provoke: Provocation::ReleasedTwice,
    },
    Mutant {
        name: "settle_guard_of_charges",
        guard: "what was charged is not charged again",
        how: How::Sql(&[Piece { function: "usage_commit", ..OPEN_ONLY }]),
        seen_by: &["I4", "I5"],
        reachable: false,
        provoke: Provocation::ChargedTwice,
    },
    Mutant {
        name: "producer_lock",
        guard: "whoever writes to a chat holds its row while the order is taken",
        how: How::Sql(&[
            Piece {
                function: "outbox_put",
                from: "ORDER BY s.bot_id, s.chat_id FOR UPDATE;",
                to: "ORDER BY s.bot_id, s.chat_id;",
            },
            Piece { function: "turn_begin", from: "\n        FOR UPDATE OF s;", to: ";" },
        ]),
        seen_by: &["I12"],
        reachable: true,
        provoke: Provocation::TwoProducers,
    },
    Mutant {
        name: "ambiguous_flag",
        guard: "a row whose delivery is uncertain says so",
        how: How::Sql(&[Piece {
            function: "outbox_retry",
            from: "ambiguous = o.ambiguous + p_uncertain::integer,",
            to: "ambiguous = o.ambiguous,",
        }]),
        seen_by: &["I13"],
        reachable: true,
        provoke: Provocation::SenderDies,
    },
    Mutant {
        name: "set_constraints",
        guard: "a COMMIT that rolls back does not look like one that commits",
        how: How::Wire { from: "SET CONSTRAINTS ALL IMMEDIATE; COMMIT", to: "COMMIT                               " },
        seen_by: &["I9"],
        reachable: false,
        provoke: Provocation::ErrorIsSwallowed,
    },
];

const ONE_PERSON: Piece =
    Piece { function: "pass_open", from: "AND (l.bound_telegram_id IS NULL OR l.bound_telegram_id = p_person)", to: "" };

const OPEN_ONLY: Piece = Piece {
    function: "",
    from: "AND operation_kind = p_kind AND status = 'reserved' RETURNING",
    to: "AND operation_kind = p_kind RETURNING",
};

impl Mutant {
    /// The mutant of this name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        MUTANTS.iter().find(|mutant| mutant.name == name)
    }

    /// The checker has found what it must find without this guard.
    #[must_use]
    pub fn is_seen(&self, findings: &Findings) -> bool {
        let found = findings.ids();
        self.seen_by.iter().any(|id| found.contains(id))
    }

    /// Switches the guard off in this database; for [`How::Wire`] there is nothing to do here.
    ///
    /// # Errors
    /// The words are not there exactly once, or the function cannot be replaced.
    pub async fn apply(&self, admin: &Client) -> Result<()> {
        let How::Sql(pieces) = self.how else { return Ok(()) };
        for piece in pieces {
            piece.apply(admin).await.with_context(|| format!("mutant {}", self.name))?;
        }
        Ok(())
    }

    /// Plays the provocation over a fresh database, with the guard or without it, and gives what the checker finds.
    ///
    /// # Errors
    /// The scenario itself fails. What a guard refuses is part of a scenario.
    pub async fn play(&self, guarded: bool) -> Result<Findings> {
        let db = TestDb::new().await?;
        let mut wire = None;
        if !guarded {
            self.apply(&db.admin().await?).await?;
            if let How::Wire { from, to } = self.how {
                wire = Some((from, to));
            }
        }
        let facts = self.provoke.play(&db, wire).await.with_context(|| format!("provocation of {}", self.name))?;
        Ok(judge(&facts, Expected::default()))
    }
}

impl Piece {
    async fn apply(&self, admin: &Client) -> Result<()> {
        let query =
            "SELECT pg_get_functiondef(p.oid) FROM pg_proc p WHERE p.pronamespace = 'psycheos'::regnamespace AND p.proname = $1";
        let found = admin.query(query, &[&self.function]).await?;
        let [row] = found.as_slice() else { bail!("{} functions are named {}", found.len(), self.function) };
        let definition: String = row.get(0);
        let times = definition.matches(self.from).count();
        if times != 1 {
            bail!("{} has {times} times: {}", self.function, self.from);
        }
        admin.batch_execute(&definition.replacen(self.from, self.to, 1)).await?;
        Ok(())
    }
}
