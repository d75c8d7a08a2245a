//! Settings of psycheos-sender.
use std::net::SocketAddr;

use anyhow::Context as _;
use domain::BotId;
use secrecy::ExposeSecret as _;
use service::{BOTS, Database, Env};
use telegram::Token;
use vault::Keks;

/// Everything psycheos-sender needs to start.
pub struct Config {
    /// Health port.
    pub internal_addr: SocketAddr,
    /// The database.
    pub database: Database,
    /// `https://api.telegram.org`, or a stand-in.
    pub telegram_url: String,
    /// Tokens of the five bots.
    pub tokens: Vec<(BotId, Token)>,
    /// Key-encryption keys.
    pub keks: Keks,
    /// Messages in flight, divided among the bots; rounded up, so that each has as many.
    pub concurrency: usize,
    /// How often Telegram's list of Star transactions is copied.
    pub stars_every: std::time::Duration,
    /// Where our webhooks are; unknown: only their paths are compared.
    pub webhook_base: Option<String>,
}

impl Config {
    /// Reads and checks the settings.
    ///
    /// # Errors
    /// Names everything that is missing or unsafe.
    pub fn read(mut env: Env) -> anyhow::Result<Self> {
        let internal_addr = env.internal_addr(9082);
        let database = Database::read(&mut env, 2);
        let telegram_url = env.optional("TELEGRAM_API_URL").unwrap_or_else(|| "https://api.telegram.org".into());
        let mut tokens = Vec::new();
        for (name, bot) in BOTS.iter().zip(BotId::ALL) {
            let name = format!("TG_TOKEN_{name}");
            let text = env.secret(&name);
            if text.expose_secret().is_empty() {
                continue;
            }
            match Token::parse(text.expose_secret()) {
                Ok(token) => tokens.push((*bot, token)),
                Err(why) => env.problem(format!("{name} {why}")),
            }
        }
        let keks = Keks::parse(env.secret("PSYCHEOS_KEK").expose_secret());
        if let Err(error) = &keks {
            env.problem(error.to_string());
        }
        let concurrency = env.parsed("SENDER_CONCURRENCY", 40);
        let stars_every = std::time::Duration::from_secs(env.parsed("STARS_POLL_SECS", 600).max(1));
        let webhook_base = env.optional("WEBHOOK_BASE_URL");
        env.finish()?;
        Ok(Self {
            internal_addr,
            database,
            telegram_url,
            tokens,
            keks: keks.context("PSYCHEOS_KEK")?,
            concurrency,
            stars_every,
            webhook_base,
        })
    }
}
