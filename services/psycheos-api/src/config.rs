//! Settings of psycheos-api.
use std::{collections::HashSet, net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Context as _;
use bot_kit::BotNames;
use domain::TelegramId;
use secrecy::ExposeSecret as _;
use service::{BOTS, Database, Env};
use vault::Keks;

use crate::secret::WebhookSecret;

/// Everything psycheos-api needs to start.
pub struct Config {
    /// Where the public port is bound; every address unless said otherwise.
    pub host: std::net::IpAddr,
    /// Public port; 0 picks a free one.
    pub port: u16,
    /// Health, and `/v1` for other programs.
    pub internal_addr: SocketAddr,
    /// Whether `/v1` is served on the public port too.
    pub v1_public: bool,
    /// The database.
    pub database: Database,
    /// Webhook secrets of the five bots, in the order of [`BOTS`].
    pub secrets: Vec<WebhookSecret>,
    /// Usernames of the bots.
    pub bots: BotNames,
    /// Administrators.
    pub admins: Arc<[TelegramId]>,
    /// Key-encryption keys.
    pub keks: Keks,
    /// HTTP threads.
    pub workers: usize,
    /// How often the clock's service runs: three times as long without it is an alert.
    pub cron_period: Duration,
}

impl Config {
    /// Reads and checks the settings.
    ///
    /// # Errors
    /// Names everything that is missing or unsafe.
    pub fn read(mut env: Env) -> anyhow::Result<Self> {
        let host = env.parsed("HOST", std::net::IpAddr::from([0, 0, 0, 0]));
        let port = env.parsed("PORT", 8080);
        let internal_addr = env.internal_addr(9080);
        let v1_public = env.parsed("V1_PUBLIC", false);
        let database = Database::read(&mut env, 5);
        let workers = env.parsed("HTTP_WORKERS", 2);
        let cron_period = Duration::from_secs(env.parsed("CRON_EVERY_SECS", 300).max(1));
        let mut secrets = Vec::new();
        let mut seen = HashSet::new();
        for bot in BOTS {
            let name = format!("TG_WEBHOOK_SECRET_{bot}");
            let text = env.secret(&name);
            if text.expose_secret().is_empty() {
                continue;
            }
            match WebhookSecret::parse(text.expose_secret()) {
                Ok(secret) => secrets.push(secret),
                Err(why) => env.problem(format!("{name} {why}")),
            }
            if !seen.insert(text.expose_secret().to_owned()) {
                env.problem(format!("{name} is the same as another bot's secret"));
            }
        }
        let mut names = BOTS.iter().map(|bot| env.required(&format!("TG_USERNAME_{bot}"))).collect::<Vec<_>>().into_iter();
        let mut next = || names.next().unwrap_or_default();
        let bots = BotNames { pro: next(), screen: next(), interpretator: next(), conceptualizator: next(), simulator: next() };
        let admins: Vec<i64> = env.list("ADMIN_IDS");
        let keks = Keks::parse(env.secret("PSYCHEOS_KEK").expose_secret());
        if let Err(error) = &keks {
            env.problem(error.to_string());
        }
        env.finish()?;
        Ok(Self {
            host,
            port,
            internal_addr,
            v1_public,
            database,
            secrets,
            bots,
            admins: admins.into_iter().map(TelegramId).collect(),
            keks: keks.context("PSYCHEOS_KEK")?,
            workers,
            cron_period,
        })
    }
}
