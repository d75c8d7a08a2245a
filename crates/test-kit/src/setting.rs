//! What the services find around them, as their environment variables.

use std::collections::BTreeMap;

use anyhow::Result;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::postgres::local_url;
use crate::system::free_port;
use crate::{PgBouncer, Postgres, ROLES, SERVICES, TestDb};

/// Ids of the five bots, as they stand in webhook paths; in capitals, in the names of variables.
pub const BOTS: [&str; 5] = ["pro", "screen", "interpretator", "conceptualizator", "simulator"];

/// Where a Postgres or a pooler is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endpoint {
    /// A server of ours on this port of 127.0.0.1; each role connects as itself.
    Local {
        /// TCP port.
        port: u16,
    },
    /// Somebody else's server: one URL for every role.
    Given {
        /// The whole connection URL.
        url: String,
    },
}

impl Endpoint {
    /// A server of ours.
    pub fn local(port: u16) -> Self {
        Self::Local { port }
    }

    /// Connection URL of a database for a role; a given URL stays as it is.
    pub fn url(&self, database: &str, role: &str) -> String {
        match self {
            Self::Local { port } => local_url(*port, database, role),
            Self::Given { url } => url.clone(),
        }
    }
}

/// How a bot is known to Telegram.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BotIdentity {
    /// One of [`BOTS`].
    pub bot: String,
    /// `123:abc`.
    pub token: String,
    /// Name without `@`.
    pub username: String,
    /// `X-Telegram-Bot-Api-Secret-Token` of its webhook.
    pub secret: String,
}

impl BotIdentity {
    /// The five bots of a local stand-in: predictable tokens, names and secrets.
    pub fn local() -> Vec<Self> {
        BOTS.iter()
            .enumerate()
            .map(|(at, bot)| Self {
                bot: (*bot).to_owned(),
                token: format!("{}:local-{bot}-token-0123456789abcdefghij", 7_000_001 + at),
                username: format!("psycheos_{bot}_bot"),
                secret: format!("local-{bot}-webhook-secret-0123456789abcdef"),
            })
            .collect()
    }
}

/// Everything around the services; [`Setting::env`] writes it down as one service's variables.
#[derive(Debug, Clone)]
pub struct Setting {
    /// Name of the database.
    pub database: String,
    /// The pooler, for all application traffic.
    pub pooler: Endpoint,
    /// The server itself, for LISTEN and migrations.
    pub direct: Endpoint,
    /// The bots.
    pub bots: Vec<BotIdentity>,
    /// `http://127.0.0.1:…` of the Bot API.
    pub telegram_url: String,
    /// `http://127.0.0.1:…` of the Messages API.
    pub claude_url: String,
    /// Key of the Messages API.
    pub claude_key: String,
    /// `http://127.0.0.1:…` in front of the API service, without a path.
    pub webhook_base_url: String,
    /// TCP port of the API service.
    pub api_port: u16,
    /// Telegram ids of administrators.
    pub admin_ids: Vec<i64>,
    /// Variables on top, for all services.
    pub extra: BTreeMap<String, String>,
}

impl Setting {
    /// The setting of a test: its database behind the shared pooler, the bots of a stand-in, a free port for the API.
    ///
    /// # Errors
    /// No free port.
    pub fn of_test(db: &TestDb, telegram_url: &str, claude_url: &str) -> Result<Self> {
        let (direct, pooler) = db.endpoints();
        Self::new(db.name(), direct, pooler, telegram_url, claude_url)
    }

    /// The setting of a private server and pooler.
    ///
    /// # Errors
    /// No free port.
    pub fn of_servers(
        postgres: &Postgres,
        pooler: &PgBouncer,
        database: &str,
        telegram_url: &str,
        claude_url: &str,
    ) -> Result<Self> {
        Self::new(database, postgres.endpoint(), pooler.endpoint(), telegram_url, claude_url)
    }

    /// A setting with the bots of a stand-in and a free port for the API.
    ///
    /// # Errors
    /// No free port.
    pub fn new(database: &str, direct: Endpoint, pooler: Endpoint, telegram_url: &str, claude_url: &str) -> Result<Self> {
        let api_port = free_port()?;
        Ok(Self {
            database: database.to_owned(),
            pooler,
            direct,
            bots: BotIdentity::local(),
            telegram_url: telegram_url.to_owned(),
            claude_url: claude_url.to_owned(),
            claude_key: "local-claude-key".to_owned(),
            webhook_base_url: format!("http://127.0.0.1:{api_port}"),
            api_port,
            admin_ids: Vec::new(),
            extra: BTreeMap::new(),
        })
    }

    /// Variables of one service (a name of [`SERVICES`], or a replica of it), with a fresh `INTERNAL_ADDR`. Claude's key
    /// goes to the worker only.
    ///
    /// # Errors
    /// No free port.
    pub fn env(&self, service: &str) -> Result<BTreeMap<String, String>> {
        let program = service.split('#').next().unwrap_or(service);
        let role = SERVICES.iter().position(|name| *name == program).map_or(crate::ADMIN, |at| ROLES[at]);
        let mut env = BTreeMap::from([
            ("DATABASE_URL_POOLER".to_owned(), self.pooler.url(&self.database, role)),
            ("DATABASE_URL_DIRECT".to_owned(), self.direct.url(&self.database, role)),
            ("TELEGRAM_API_URL".to_owned(), self.telegram_url.clone()),
            ("WEBHOOK_BASE_URL".to_owned(), self.webhook_base_url.clone()),
            ("INTERNAL_ADDR".to_owned(), format!("127.0.0.1:{}", free_port()?)),
            ("PSYCHEOS_KEK".to_owned(), local_key()),
        ]);
        if !self.admin_ids.is_empty() {
            let ids: Vec<String> = self.admin_ids.iter().map(i64::to_string).collect();
            env.insert("ADMIN_IDS".to_owned(), ids.join(","));
            env.insert("ADMIN_CHAT_ID".to_owned(), ids[0].clone());
        }
        for bot in &self.bots {
            let name = bot.bot.to_uppercase();
            env.insert(format!("TG_TOKEN_{name}"), bot.token.clone());
            env.insert(format!("TG_WEBHOOK_SECRET_{name}"), bot.secret.clone());
            env.insert(format!("TG_USERNAME_{name}"), bot.username.clone());
        }
        match program {
            "psycheos-api" => {
                env.insert("PORT".to_owned(), self.api_port.to_string());
                // Local secrets are predictable: only this machine may knock.
                env.insert("HOST".to_owned(), "127.0.0.1".to_owned());
            }
            "psycheos-worker" => {
                env.insert("ANTHROPIC_API_KEY".to_owned(), self.claude_key.clone());
                env.insert("ANTHROPIC_BASE_URL".to_owned(), self.claude_url.clone());
            }
            _ => {}
        }
        env.extend(self.extra.clone());
        Ok(env)
    }
}

/// A key-encryption key for local data, the same on every machine: it protects nothing and need not.
fn local_key() -> String {
    format!("00000001:{}", STANDARD.encode(*b"psycheos-local-playground-key-32"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting() -> Setting {
        Setting::new("play", Endpoint::local(1), Endpoint::local(2), "http://t", "http://c").unwrap()
    }

    #[test]
    fn each_service_connects_under_its_own_role() {
        for (service, role) in SERVICES.into_iter().zip(ROLES) {
            let env = setting().env(service).unwrap();
            assert_eq!(env["DATABASE_URL_POOLER"], format!("postgres://{role}:local@127.0.0.1:2/play"));
            assert_eq!(env["DATABASE_URL_DIRECT"], format!("postgres://{role}:local@127.0.0.1:1/play"));
        }
    }

    #[test]
    fn only_the_worker_gets_the_key_of_claude() {
        for service in SERVICES {
            let has_key = setting().env(service).unwrap().contains_key("ANTHROPIC_API_KEY");
            assert_eq!(has_key, service == "psycheos-worker", "{service}");
        }
    }

    #[test]
    fn replicas_of_the_api_have_internal_ports_of_their_own() {
        let setting = setting();
        let (one, two) = (setting.env("psycheos-api").unwrap(), setting.env("psycheos-api#2").unwrap());
        assert_ne!(one["INTERNAL_ADDR"], two["INTERNAL_ADDR"]);
        assert_eq!(one["DATABASE_URL_POOLER"], two["DATABASE_URL_POOLER"]);
    }

    #[test]
    fn the_local_key_has_32_bytes_behind_its_id() {
        let key = local_key();
        let (id, bytes) = key.split_once(':').unwrap();
        assert_eq!((id.len(), STANDARD.decode(bytes).unwrap().len()), (8, 32));
    }
}
