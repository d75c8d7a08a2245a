//! Settings of psycheos-cron.
use std::time::Duration;

use anyhow::Context as _;
use secrecy::ExposeSecret as _;
use service::{Database, Env};
use vault::Keks;

use crate::heartbeat;

/// Runs that follow one another sooner would only be in each other's way.
const SHORTEST: Duration = Duration::from_secs(10);

/// Everything psycheos-cron needs.
pub struct Config {
    /// The database.
    pub database: Database,
    /// Key-encryption keys: reminders are sealed like every message.
    pub keks: Keks,
    /// Runs again and again, each so long after the one before began; without it, once.
    pub every: Option<Duration>,
    /// A watch from outside, told after each good run: its silence is an alarm even when everything of ours is down.
    pub heartbeat_url: Option<String>,
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
        let every = Some(env.parsed("CRON_EVERY_SECS", 0)).filter(|secs| *secs > 0).map(Duration::from_secs);
        if every.is_some_and(|every| every < SHORTEST) {
            env.problem(format!("CRON_EVERY_SECS must be at least {}", SHORTEST.as_secs()));
        }
        let heartbeat_url = env.optional("HEARTBEAT_URL");
        if heartbeat_url.as_ref().is_some_and(|url| !heartbeat::is_address(url)) {
            env.problem("HEARTBEAT_URL must begin with https://");
        }
        env.finish()?;
        Ok(Self { database, keks: keks.context("PSYCHEOS_KEK")?, every, heartbeat_url })
    }
}
