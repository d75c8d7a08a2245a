//! What failed for good, from the command line: the same looks and the same rules as in Pro's health screen.
#![allow(clippy::print_stdout, reason = "a command line tool answers on standard output")]
use anyhow::{Context as _, bail};
use bot_kit::{Again, FailedId, FailedLine, FailedQueue};
use clap::{Subcommand, ValueEnum};
use db::{Pool, audit, mending};
use domain::{BotId, JobId, OutboxId, UpdateId};
use uuid::Uuid;

/// What is done about it.
#[derive(Subcommand)]
pub(crate) enum Queue {
    /// Prints what failed: kind, id, why, when, whether it may be tried again.
    List {
        /// In which queue; all of them unless it is said.
        queue: Option<Kind>,
    },
    /// Tries something again, if it may be.
    Requeue {
        /// What it is.
        kind: Kind,
        /// Its id; of an update `<bot>:<number>`.
        id: String,
    },
    /// Puts something that failed aside for good. What is still open is stopped: a job is given up (what it holds is released, people are
    /// told), a message that waits is not sent.
    Discard {
        /// What it is.
        kind: Kind,
        /// Its id; of an update `<bot>:<number>`.
        id: String,
    },
}

/// What can fail.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Kind {
    /// A job of the worker.
    Job,
    /// A message of the sender.
    Message,
    /// An update that was put aside.
    Update,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Job, Self::Message, Self::Update];

    const fn queue(self) -> FailedQueue {
        match self {
            Self::Job => FailedQueue::Jobs,
            Self::Message => FailedQueue::Messages,
            Self::Update => FailedQueue::Updates,
        }
    }

    fn read(self, id: &str) -> anyhow::Result<FailedId> {
        let uuid = || Uuid::parse_str(id).context("the id is no UUID");
        Ok(match self {
            Self::Job => FailedId::Job(JobId(uuid()?)),
            Self::Message => FailedId::Message(OutboxId(uuid()?)),
            Self::Update => {
                let (bot, number) = id.split_once(':').context("the id of an update is <bot>:<number>")?;
                let bot: BotId = bot.parse().ok().context("there is no such bot")?;
                FailedId::Update(bot, UpdateId(number.parse().context("the number of an update is no number")?))
            }
        })
    }
}

/// Does it.
pub(crate) async fn run(pool: &Pool, what: Queue) -> anyhow::Result<()> {
    match what {
        Queue::List { queue } => list(pool, queue).await,
        Queue::Requeue { kind, id } => {
            let id = kind.read(&id)?;
            let mut tx = pool.begin().await?;
            let again = mending::requeue(&mut tx, id).await?;
            if again != Again::Yes {
                bail!("{}", why_not(again));
            }
            audit::record_operator(&mut tx, "requeue", &audit::name_of(id)).await?;
            tx.commit().await?;
            println!("done");
            Ok(())
        }
        Queue::Discard { kind, id } => {
            let id = kind.read(&id)?;
            let mut tx = pool.begin().await?;
            let said = if mending::discard(&mut tx, id).await? {
                "done"
            } else if mending::stop(&mut tx, id).await? {
                "stopped: a job is given up by the next worker that takes it, a message is not sent"
            } else {
                bail!("there is nothing by this id that failed or is open");
            };
            audit::record_operator(&mut tx, "discard", &audit::name_of(id)).await?;
            tx.commit().await?;
            println!("{said}");
            Ok(())
        }
    }
}

async fn list(pool: &Pool, queue: Option<Kind>) -> anyhow::Result<()> {
    let mut conn = pool.get().await?;
    for kind in Kind::ALL.into_iter().filter(|kind| queue.is_none_or(|only| only.queue() == kind.queue())) {
        let mut page = 0;
        loop {
            let found = mending::list_failed(&mut conn, kind.queue(), page).await?;
            found.lines.iter().for_each(|line| println!("{}", shown(line)));
            page += 1;
            if page >= found.pages {
                break;
            }
        }
    }
    Ok(())
}

fn shown(line: &FailedLine) -> String {
    let bot = line.bot.map_or("-", |bot| bot.as_str());
    let again = if line.again == Again::Yes { "may be tried again" } else { why_not(line.again) };
    let uncertain = if line.uncertain { ", may have arrived" } else { "" };
    format!("{}  {bot}  {}  {}  {}  {again}{uncertain}", audit::name_of(line.id), line.kind, line.why, line.at.to_rfc3339())
}

const fn why_not(again: Again) -> &'static str {
    match again {
        Again::Yes | Again::Gone => "it is not among what failed",
        Again::NoContent => "its content is forgotten",
        Again::RunOver => "its run is over and what was held is released; a new launch is needed",
        Again::NoReserve => "no Stars are held for it any more; a new launch is needed",
        Again::TooLate => "its moment has passed",
        Again::Unreachable => "its chat cannot be reached",
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_as_it_is_printed() {
        let uuid = Uuid::from_u128(7);
        for (kind, id) in [
            (Kind::Job, FailedId::Job(JobId(uuid))),
            (Kind::Message, FailedId::Message(OutboxId(uuid))),
            (Kind::Update, FailedId::Update(BotId::Screen, UpdateId(12))),
        ] {
            let printed = audit::name_of(id);
            let (_, text) = printed.split_once(' ').unwrap();
            assert_eq!(kind.read(text).unwrap(), id);
        }
        for bad in ["screen", "nobody:1", "screen:x"] {
            assert!(Kind::Update.read(bad).is_err(), "{bad}");
        }
    }
}
