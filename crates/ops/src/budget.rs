//! How many connections a deployment needs, before it is made (docs/TRAINING-MODE.md).
#![allow(clippy::print_stdout, reason = "a command line tool answers on standard output")]
use anyhow::bail;
use clap::Args;

/// Replicas, and what the database and its pooler allow.
#[derive(Args, Debug, Clone)]
pub(crate) struct Budget {
    /// Replicas of psycheos-api.
    #[arg(long, default_value_t = 1)]
    api: u32,
    /// Replicas of psycheos-worker.
    #[arg(long, default_value_t = 1)]
    worker: u32,
    /// Replicas of psycheos-sender.
    #[arg(long, default_value_t = 1)]
    sender: u32,
    /// DB_POOL_SIZE of psycheos-api.
    #[arg(long, default_value_t = 5)]
    api_pool: u32,
    /// DB_POOL_SIZE of psycheos-worker.
    #[arg(long, default_value_t = 4)]
    worker_pool: u32,
    /// DB_POOL_SIZE of psycheos-sender.
    #[arg(long, default_value_t = 2)]
    sender_pool: u32,
    /// DB_POOL_SIZE of psycheos-cron.
    #[arg(long, default_value_t = 1)]
    cron_pool: u32,
    /// Connections the database takes (max_connections, or what the plan allows).
    #[arg(long)]
    limit: u32,
    /// Of those, kept for the platform's owner, backups and the hosting itself.
    #[arg(long, default_value_t = 15)]
    reserved: u32,
    /// Connections to the database the pooler opens for one login.
    #[arg(long, default_value_t = 10)]
    pooler_size: u32,
    /// Clients the pooler takes.
    #[arg(long, default_value_t = 200)]
    pooler_clients: u32,
    /// Services connect to the database itself.
    #[arg(long)]
    no_pooler: bool,
    /// DATABASE_URL_DIRECT is not set for worker and sender: they poll.
    #[arg(long)]
    no_listen: bool,
}

/// What psycheos-ops may hold at most.
const OPS: u32 = 3;

/// A service's part.
struct Part {
    name: &'static str,
    replicas: u32,
    pool: u32,
    /// While a deployment replaces them, old and new run side by side.
    clients: u32,
    at_database: u32,
}

/// What it comes to.
struct Sum {
    parts: Vec<Part>,
    clients: u32,
    at_database: u32,
    room: u32,
    fits: bool,
}

impl Budget {
    fn sum(&self) -> Sum {
        let pooled = |clients: u32| if self.no_pooler { clients } else { clients.min(self.pooler_size) };
        let services = [
            ("api", self.api, self.api_pool),
            ("worker", self.worker, self.worker_pool),
            ("sender", self.sender, self.sender_pool),
            ("cron", 1, self.cron_pool),
        ];
        let mut parts: Vec<Part> = services
            .into_iter()
            .map(|(name, replicas, pool)| {
                let clients = 2 * replicas * pool;
                Part { name, replicas, pool, clients, at_database: pooled(clients) }
            })
            .collect();
        let clients = parts.iter().map(|part| part.clients).sum();
        let listeners = if self.no_listen { 0 } else { self.worker + self.sender };
        parts.push(Part { name: "LISTEN", replicas: listeners, pool: 1, clients: 2 * listeners, at_database: 2 * listeners });
        let at_database = parts.iter().map(|part| part.at_database).sum::<u32>() + OPS;
        let room = self.limit.saturating_sub(self.reserved);
        let fits = at_database <= room && (self.no_pooler || clients <= self.pooler_clients);
        Sum { parts, clients, at_database, room, fits }
    }
}

/// Prints it; an error when it does not fit.
pub(crate) fn run(budget: &Budget) -> anyhow::Result<()> {
    let sum = budget.sum();
    println!("{:<14} {:>8} {:>5} {:>16} {:>16}", "", "replicas", "pool", "at a deployment", "at the database");
    for part in &sum.parts {
        println!("{:<14} {:>8} {:>5} {:>16} {:>16}", part.name, part.replicas, part.pool, part.clients, part.at_database);
    }
    println!("{:<14} {:>8} {:>5} {:>16} {OPS:>16}", "psycheos-ops", "", "", "");
    let clients = match budget.no_pooler {
        true => String::new(),
        false => format!("clients of the pooler {} of {}; ", sum.clients, budget.pooler_clients),
    };
    let verdict = if sum.fits { "fits" } else { "does not fit" };
    println!(
        "{clients}at the database {} of {} ({} less {} reserved): {verdict}",
        sum.at_database, sum.room, budget.limit, budget.reserved
    );
    if sum.fits { Ok(()) } else { bail!("fewer replicas, smaller pools, or a larger database") }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        budget: Budget,
    }

    fn sum(words: &str) -> Sum {
        Line::try_parse_from(std::iter::once("budget").chain(words.split_whitespace())).unwrap().budget.sum()
    }

    #[test]
    fn a_deployment_is_counted_with_old_and_new_side_by_side() {
        let two = sum("--api 2 --worker 2 --sender 2 --limit 60");
        assert_eq!((two.clients, two.at_database, two.room, two.fits), (46, 41, 45, true));
        assert!(!sum("--api 2 --worker 2 --sender 2 --limit 55").fits, "the database is too small");
        assert!(!sum("--api 2 --worker 2 --sender 2 --limit 60 --pooler-clients 45").fits, "the pooler takes too few");
        assert!(!sum("--api 2 --worker 2 --sender 2 --limit 60 --no-pooler").fits, "without a pooler every client counts");
        assert!(sum("--api 2 --worker 2 --sender 2 --limit 60 --no-listen").at_database == 33);
    }
}
