//! Keys of other programs: made, listed, revoked. A key is shown once; the database has its hash.
#![allow(clippy::print_stdout, reason = "a command line tool answers on standard output")]
use anyhow::{Context as _, bail};
use chrono::{DateTime, Utc};
use clap::Subcommand;
use db::{
    Pool, people,
    service_keys::{self, NewKey, Revoked},
};
use domain::{KeyScope, ServiceKeyId, TelegramId};
use uuid::Uuid;

/// More keys than anybody has.
const MOST: i64 = 1000;

/// What is done with keys.
#[derive(Subcommand)]
pub(crate) enum Keys {
    /// Makes a key and prints it, this once.
    Create {
        /// What the program is called, 1 to 100 characters.
        #[arg(long)]
        name: String,
        /// What it may do: links:issue, links:verify, usage:write, artifacts:write, artifacts:read, separated by commas.
        #[arg(long, value_delimiter = ',', required = true, value_parser = scope)]
        scopes: Vec<KeyScope>,
        /// Telegram id of the specialist whose rows alone it sees; without it, everybody's.
        #[arg(long)]
        owner: Option<i64>,
        /// How often it may be used in a minute, 1 to 60000.
        #[arg(long, default_value_t = 600, value_parser = clap::value_parser!(i32).range(1..=60_000))]
        per_minute: i32,
    },
    /// Lists the keys without what they are.
    List,
    /// Revokes a key for good, from this moment.
    Revoke {
        /// Its id, as `keys list` shows it.
        id: Uuid,
    },
}

fn scope(text: &str) -> Result<KeyScope, String> {
    text.parse().map_err(|_| {
        let all: Vec<&str> = KeyScope::ALL.iter().map(|scope| scope.as_str()).collect();
        format!("a scope is one of {}", all.join(", "))
    })
}

/// Carries a command out.
pub(crate) async fn run(pool: &Pool, what: Keys) -> anyhow::Result<()> {
    match what {
        Keys::Create { name, scopes, owner, per_minute } => {
            create(pool, name.trim(), scopes, owner.map(TelegramId), per_minute).await
        }
        Keys::List => list(pool).await,
        Keys::Revoke { id } => revoke(pool, ServiceKeyId(id)).await,
    }
}

async fn create(
    pool: &Pool,
    name: &str,
    mut scopes: Vec<KeyScope>,
    owner: Option<TelegramId>,
    per_minute: i32,
) -> anyhow::Result<()> {
    if !(1..=100).contains(&name.chars().count()) {
        bail!("--name must have 1 to 100 characters");
    }
    scopes.sort_unstable();
    scopes.dedup();
    let mut tx = pool.begin().await?;
    let owner = match owner {
        None => None,
        Some(id) => {
            let user = people::find_by_telegram(&mut tx, id).await?;
            Some(user.with_context(|| format!("no specialist has the Telegram id {id}"))?)
        }
    };
    let id = ServiceKeyId(Uuid::now_v7());
    let key = NewKey::of(rand::random());
    service_keys::insert(&mut tx, id, name, &key.hash(), &scopes, owner, per_minute).await?;
    tx.commit().await?;
    println!("id:  {id}");
    println!("key: {}", key.reveal());
    println!("The key is not shown again.");
    Ok(())
}

async fn list(pool: &Pool) -> anyhow::Result<()> {
    let moment = |at: Option<DateTime<Utc>>| at.map_or_else(|| "-".to_owned(), |at| at.format("%Y-%m-%dT%H:%MZ").to_string());
    for key in service_keys::list(&mut *pool.get().await?, MOST).await? {
        let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.as_str()).collect();
        let owner = key.owner.map_or_else(|| "everybody".to_owned(), |id| id.to_string());
        println!(
            "{}\t{}\t{}\towner {owner}\t{}/min\tcreated {}\tused {}\trevoked {}",
            key.id,
            key.name,
            scopes.join(","),
            key.per_minute,
            moment(Some(key.created_at)),
            moment(key.last_used_at),
            moment(key.revoked_at),
        );
    }
    Ok(())
}

async fn revoke(pool: &Pool, id: ServiceKeyId) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    let revoked = service_keys::revoke(&mut tx, id).await?;
    tx.commit().await?;
    match revoked {
        Revoked::Now => println!("revoked"),
        Revoked::Before => println!("it was revoked before"),
        Revoked::Unknown => bail!("there is no key {id}"),
    }
    Ok(())
}
