//! Settings of psycheos-worker.
use std::{net::SocketAddr, path::PathBuf};

use anyhow::Context as _;
use bot_kit::BotNames;
use domain::{BotId, ChatId};
use secrecy::{ExposeSecret as _, SecretString};
use service::{BOTS, Database, Env};
use telegram::Token;
use vault::Keks;

/// Bots that take files.
const TAKE_FILES: [BotId; 3] = [BotId::Interpretator, BotId::Conceptualizator, BotId::Simulator];

/// Everything psycheos-worker needs to start.
pub struct Config {
    /// Health port.
    pub internal_addr: SocketAddr,
    /// The database.
    pub database: Database,
    /// Claude's key.
    pub anthropic_key: SecretString,
    /// `https://api.anthropic.com`, or a stand-in.
    pub anthropic_url: String,
    /// `https://api.telegram.org`, or a stand-in.
    pub telegram_url: String,
    /// Tokens of the bots that take files: what people send them is fetched with these.
    pub tokens: Vec<(BotId, Token)>,
    /// Usernames of the bots.
    pub bots: BotNames,
    /// Where alerts for the operator go.
    pub admin_chat: Option<ChatId>,
    /// Key-encryption keys.
    pub keks: Keks,
    /// Jobs at the same time.
    pub concurrency: usize,
    /// A folder with articles for the guide, instead of those of the program.
    pub guide_knowledge: Option<PathBuf>,
}

impl Config {
    /// Reads and checks the settings.
    ///
    /// # Errors
    /// Names everything that is missing or unsafe.
    pub fn read(mut env: Env) -> anyhow::Result<Self> {
        let internal_addr = env.internal_addr(9081);
        let database = Database::read(&mut env, 4);
        let anthropic_key = env.secret("ANTHROPIC_API_KEY");
        let anthropic_url = env.optional("ANTHROPIC_BASE_URL").unwrap_or_else(|| "https://api.anthropic.com".into());
        let telegram_url = env.optional("TELEGRAM_API_URL").unwrap_or_else(|| "https://api.telegram.org".into());
        let mut tokens = Vec::new();
        for (name, bot) in BOTS.iter().zip(BotId::ALL).filter(|(_, bot)| TAKE_FILES.contains(bot)) {
            let name = format!("TG_TOKEN_{name}");
            let text = env.secret(&name);
            match text.expose_secret() {
                "" => {}
                text => match Token::parse(text) {
                    Ok(token) => tokens.push((*bot, token)),
                    Err(why) => env.problem(format!("{name} {why}")),
                },
            }
        }
        let mut names = BOTS.iter().map(|bot| env.required(&format!("TG_USERNAME_{bot}"))).collect::<Vec<_>>().into_iter();
        let mut next = || names.next().unwrap_or_default();
        let bots = BotNames { pro: next(), screen: next(), interpretator: next(), conceptualizator: next(), simulator: next() };
        let admin_chat = env.list::<i64>("ADMIN_CHAT_ID").first().copied().map(ChatId);
        let keks = Keks::parse(env.secret("PSYCHEOS_KEK").expose_secret());
        if let Err(error) = &keks {
            env.problem(error.to_string());
        }
        let concurrency = env.parsed("WORKER_CONCURRENCY", 8);
        let guide_knowledge = env.optional("GUIDE_KNOWLEDGE_DIR").map(PathBuf::from);
        env.finish()?;
        Ok(Self {
            internal_addr,
            database,
            anthropic_key,
            anthropic_url,
            telegram_url,
            tokens,
            bots,
            admin_chat,
            keks: keks.context("PSYCHEOS_KEK")?,
            concurrency,
            guide_knowledge,
        })
    }
}
