//! Moves data keys to the current key-encryption key, so that an old one can be retired. No content is touched.
#![allow(clippy::print_stdout, reason = "a command line tool answers on standard output")]
use anyhow::{Context as _, bail};
use db::keys;
use secrecy::ExposeSecret as _;
use service::Env;
use vault::Keks;

/// Keys of one transaction.
const BATCH: i64 = 500;

/// Carries it out; may be run again, and beside running services.
pub(crate) async fn run(mut env: Env) -> anyhow::Result<()> {
    let keks = Keks::parse(env.secret("PSYCHEOS_KEK").expose_secret());
    let pool = crate::direct_pool(env)?;
    let keks = keks.context("PSYCHEOS_KEK")?;
    let (mut moved, mut stuck) = (0, 0);
    let mut after = uuid::Uuid::nil();
    loop {
        let mut tx = pool.begin().await?;
        let batch = keys::rewrap(&mut tx, &keks, after, BATCH).await?;
        tx.commit().await?;
        moved += batch.moved;
        stuck += batch.stuck;
        match batch.last {
            Some(last) => after = last,
            None => break,
        }
    }
    println!("moved to key-encryption key {:08x}: {moved}", keks.current());
    for (kek, count) in keys::count_by_kek(&mut *pool.get().await?).await? {
        println!("{kek:08x}\t{count}");
    }
    if stuck > 0 {
        bail!(
            "{stuck} data keys are wrapped by key-encryption keys that are not loaded: add them to PSYCHEOS_KEK and run this again"
        );
    }
    Ok(())
}
