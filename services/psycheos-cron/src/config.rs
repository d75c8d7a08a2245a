//! Settings of psycheos-cron.
use anyhow::Context as _;
use secrecy::ExposeSecret as _;
use service::{Database, Env};
use vault::Keks;

/// Everything psycheos-cron needs.
pub struct Config {
    /// The database.
    pub database: Database,
    /// Key-encryption keys: reminders are sealed like every message.
    pub keks: Keks,
}

impl Config {
    /// Reads and checks the settings.
    ///
    /// # Errors
    /// Names everything that is missing or unsafe.
    pub fn read(mut env: Env) -> anyhow::Result<Self> {
        let database = Database::read(&mut env, 1);
        let keks = Keks::parse(env.secret("PSYCHEOS_KEK").expose_secret());
        if let Err(error) = &keks {
            env.problem(error.to_string());
        }
        env.finish()?;
        Ok(Self { database, keks: keks.context("PSYCHEOS_KEK")? })
    }
}
