//! `psycheos-ops`: what a person does by hand. It works on the direct address, as the database's owner.
#![allow(clippy::print_stdout, reason = "a command line tool answers on standard output")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::{Parser, Subcommand};
use db::{Pool, money, people};
use domain::{BotId, InviteId, Stars, TelegramId};
use secrecy::ExposeSecret as _;
use service::{BOTS, Env, choose_crypto};
use telemetry::metrics::Kind;
use uuid::Uuid;

mod budget;
mod doctor;
mod erase;
mod keys;
mod queue;
mod reconcile;
mod rewrap;
mod webhooks;

/// Operates PsycheOS by hand.
#[derive(Parser)]
#[command(name = "psycheos-ops", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Applies the migrations of this build (DATABASE_URL_DIRECT). Safe when several start at once.
    Migrate,
    /// Makes an invitation for specialists and prints its link (DATABASE_URL_DIRECT, TG_USERNAME_PRO).
    Invite {
        /// How many people may use it, 1 to 50.
        #[arg(long, default_value_t = 1)]
        uses: u8,
        /// Days it lives, 1 to 30.
        #[arg(long, default_value_t = 7)]
        days: u8,
    },
    /// Adds Stars to a specialist's wallet, or takes them with a negative number (DATABASE_URL_DIRECT).
    Credit {
        /// Telegram id of the specialist.
        #[arg(long)]
        telegram_id: i64,
        /// How many.
        #[arg(long, allow_hyphen_values = true)]
        stars: i64,
        /// Why.
        #[arg(long, default_value = "by an administrator")]
        note: String,
    },
    /// Prints everything that does not hold though it must; ends with 1 when there is anything (DATABASE_URL_DIRECT).
    Invariants,
    /// Compares Telegram's list of Star transactions with ours, heals what never reached us, and ends with 1 when anything
    /// is left (DATABASE_URL_DIRECT, TG_TOKEN_PRO, TELEGRAM_API_URL).
    Reconcile {
        /// Only reads and prints.
        #[arg(long)]
        dry_run: bool,
    },
    /// Keys of other programs for the HTTP interface (DATABASE_URL_DIRECT).
    #[command(subcommand)]
    Keys(keys::Keys),
    /// Looks at configuration, database, pooler, encryption, roles, exposure, clocks, keys, webhooks and approvals; ends with 1 when something
    /// must be put right (DATABASE_URL_DIRECT, DATABASE_URL_POOLER, PSYCHEOS_KEK, WEBHOOK_BASE_URL, TG_TOKEN_*, TELEGRAM_API_URL).
    Doctor(doctor::Doctor),
    /// Erases, lists what was erased, and erases again after a backup was restored (DATABASE_URL_DIRECT).
    #[command(subcommand)]
    Erase(erase::Erase),
    /// What failed for good: lists it, tries it again, puts it aside (DATABASE_URL_DIRECT).
    #[command(subcommand)]
    Queue(queue::Queue),
    /// Moves all data keys to the first key-encryption key of PSYCHEOS_KEK, so that the others can be retired (DATABASE_URL_DIRECT,
    /// PSYCHEOS_KEK with the old and the new key).
    Rewrap,
    /// Counts the connections a deployment needs, and ends with 1 when they do not fit.
    Budget(budget::Budget),
    /// Prints every metric a service can show: name and type.
    Metrics,
    /// Registers webhooks and commands of all bots, and looks at them (TG_TOKEN_*, TG_WEBHOOK_SECRET_*, WEBHOOK_BASE_URL, ADMIN_IDS,
    /// TELEGRAM_API_URL).
    #[command(subcommand)]
    Webhooks(webhooks::Webhooks),
    /// The same as `webhooks set`.
    SetWebhooks,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    choose_crypto();
    let arguments = Arguments::parse();
    let mut env = Env::of_process();
    match arguments.command {
        Command::Migrate => migrate(env).await,
        Command::Invite { uses, days } => {
            if !(1..=50).contains(&uses) || !(1..=30).contains(&days) {
                bail!("--uses must be 1 to 50 and --days 1 to 30");
            }
            let username = env.required("TG_USERNAME_PRO");
            let pool = direct_pool(env)?;
            let token = Uuid::new_v4().simple().to_string();
            let invite = InviteId(Uuid::now_v7());
            let new = db::invites::NewInvite { invite, token: &token, created_by: None, uses, days, note: None };
            db::invites::insert(&mut *pool.get().await?, &new).await?;
            println!("https://t.me/{username}?start=invite_{token}");
            Ok(())
        }
        Command::Credit { telegram_id, stars, note } => {
            let pool = direct_pool(env)?;
            let mut tx = pool.begin().await?;
            let user = people::find_by_telegram(&mut tx, TelegramId(telegram_id)).await?;
            let user = user.with_context(|| format!("no specialist has the Telegram id {telegram_id}"))?;
            if !money::adjust(&mut tx, user, Stars(stars), Some(&note)).await? {
                bail!("the wallet has too little free");
            }
            tx.commit().await?;
            println!("done");
            Ok(())
        }
        Command::Invariants => {
            let pool = direct_pool(env)?;
            let violations = db::sweeps::list_violations(&mut *pool.get().await?).await?;
            for violation in &violations {
                println!("{}: {}", violation.id, violation.broken);
            }
            if violations.is_empty() { Ok(()) } else { bail!("{} broken", violations.len()) }
        }
        Command::Reconcile { dry_run } => reconcile::run(env, dry_run).await,
        Command::Keys(what) => keys::run(&direct_pool(env)?, what).await,
        Command::Doctor(what) => doctor::run(env, what).await,
        Command::Erase(what) => erase::run(&direct_pool(env)?, what).await,
        Command::Queue(what) => queue::run(&direct_pool(env)?, what).await,
        Command::Rewrap => rewrap::run(env).await,
        Command::Budget(what) => budget::run(&what),
        Command::Metrics => {
            metrics();
            Ok(())
        }
        Command::Webhooks(what) => webhooks::run(env, what).await,
        Command::SetWebhooks => webhooks::set(env).await,
    }
}

async fn migrate(mut env: Env) -> anyhow::Result<()> {
    let url = env.required("DATABASE_URL_DIRECT");
    env.finish()?;
    let applied = db::migrate(&url).await?;
    if applied.is_empty() {
        println!("the database is up to date");
    }
    for name in applied {
        println!("applied {name}");
    }
    Ok(())
}

fn direct_pool(mut env: Env) -> anyhow::Result<Pool> {
    let url = env.secret("DATABASE_URL_DIRECT");
    env.finish()?;
    Ok(Pool::new(url.expose_secret(), 1, Duration::from_secs(10))?)
}

fn metrics() {
    for one in telemetry::metrics::ALL {
        let kind = match one.kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram(_) => "histogram",
        };
        println!("{} {kind}", one.name);
    }
}

/// The bots with the names of their variables.
fn bots() -> impl Iterator<Item = (BotId, &'static str)> {
    BotId::ALL.iter().copied().zip(BOTS)
}
