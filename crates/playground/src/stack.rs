//! Everything there is to start, in the order in which it is started; and its end, in the reverse order.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use fake_claude::FakeClaude;
use fake_telegram::{BotConfig, Config, FakeTelegram};
use serde_json::json;
use test_kit::{ADMIN, BOTS, BotIdentity, Endpoint, PgBouncer, Postgres, SERVICES, Services, Setting, connect, open_logins};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::bridge::Bridge;
use crate::http;
use crate::people::{self, SPECIALIST};
use crate::seed::Seeder;

/// Name of the database.
const DATABASE: &str = "psycheos";

/// Where the Bot API and the Messages API really are.
const TELEGRAM: &str = "https://api.telegram.org";
const CLAUDE: &str = "https://api.anthropic.com";

/// What to start.
#[derive(Debug)]
pub(crate) struct Options {
    /// Folder of the database and the logs.
    folder: PathBuf,
    /// A person plays: rows survive, real bots and Claude are used where there are keys, flood control is on, cron runs.
    laptop: bool,
}

impl Options {
    /// For `run`.
    pub fn laptop(folder: PathBuf) -> Self {
        Self { folder, laptop: true }
    }

    /// For `demo`: stand-ins only, no limits, nothing kept.
    pub fn demo(folder: PathBuf) -> Self {
        Self { folder, laptop: false }
    }

    /// A variable of the environment, when a person plays and it is not empty.
    fn variable(&self, name: &str) -> Option<String> {
        std::env::var(name).ok().filter(|value| self.laptop && !value.is_empty())
    }
}

/// What runs. Fields are in the order in which they are dropped: servers go last.
pub(crate) struct Stack {
    /// Link by which the first specialist registers, while there is none.
    pub invite: Option<String>,
    pub setting: Arc<Setting>,
    /// `None` with real bots.
    pub telegram: Option<FakeTelegram>,
    services: Arc<Mutex<Services>>,
    tasks: Vec<JoinHandle<()>>,
    claude: Option<FakeClaude>,
    servers: Servers,
    started: Instant,
}

/// What the page needs to know.
#[derive(Clone)]
pub(crate) struct View {
    pub setting: Arc<Setting>,
    pub services: Arc<Mutex<Services>>,
    pub invite: Option<String>,
    pub telegram_url: Option<String>,
    pub real_claude: bool,
    pub database_url: String,
    pub started: Instant,
}

/// The database's servers, as far as they are ours.
struct Servers {
    direct: Endpoint,
    pooler: Endpoint,
    _pgbouncer: Option<PgBouncer>,
    _postgres: Option<Postgres>,
}

impl Stack {
    /// Starts everything and returns when all services are ready.
    ///
    /// # Errors
    /// Something did not start; what had been started is stopped.
    pub async fn start(options: Options) -> Result<Self> {
        let servers = start_servers(&options).await?;
        let database_url = servers.direct.url(DATABASE, ADMIN);
        let bots = bots(&options).await?;
        let real_bots = !bots.is_empty();
        let bots = if real_bots { bots } else { BotIdentity::local() };
        let telegram = if real_bots { None } else { Some(start_telegram(&options, &bots)?) };
        let claude_key = options.variable("ANTHROPIC_API_KEY");
        let claude = if claude_key.is_some() { None } else { Some(start_claude().await?) };

        let telegram_url = telegram.as_ref().map_or_else(|| telegram_url(&options), FakeTelegram::base_url);
        let claude_url = claude.as_ref().map(FakeClaude::base_url);
        let claude_url = claude_url.or(options.variable("ANTHROPIC_BASE_URL")).unwrap_or_else(|| CLAUDE.to_owned());
        let mut setting = Setting::new(DATABASE, servers.direct.clone(), servers.pooler.clone(), &telegram_url, &claude_url)?;
        setting.bots = bots;
        if let Some(key) = claude_key {
            setting.claude_key = key;
        }
        setting.extra = inherited(&options);
        describe_absent_bots(&mut setting);
        if !real_bots && !setting.extra.contains_key("ADMIN_IDS") {
            setting.admin_ids = vec![SPECIALIST];
        }

        let logs = options.folder.join("logs");
        let programs = Services::new(&logs)?;
        let seeder = Seeder { programs: &programs, env: setting.env("psycheos-ops")?, url: database_url.clone() };
        seeder.migrate().await?;
        if !options.laptop {
            // The script taps faster than any person; the stand-in's own limits are off as well.
            let admin = connect(&database_url).await?;
            for setting in ["chat_interval = '20 milliseconds'", "updates_per_minute = 100000", "stranger_interval = '0 seconds'"]
            {
                admin.batch_execute(&format!("ALTER DATABASE {DATABASE} SET psycheos.{setting}")).await?;
            }
        }
        if matches!(servers.direct, Endpoint::Local { .. }) {
            open_logins(&connect(&database_url).await?).await?;
        }
        let invite = seeder.invite().await?;

        let mut services = Services::new(&logs)?;
        for name in &SERVICES[..3] {
            services.start(name, setting.env(name)?).await?;
        }
        let mut stack = Self {
            invite,
            setting: Arc::new(setting),
            telegram,
            services: Arc::new(Mutex::new(services)),
            tasks: Vec::new(),
            claude,
            servers,
            started: Instant::now(),
        };
        stack.connect_bots(&programs).await?;
        stack.spawn_tasks(&options, logs)?;
        Ok(stack)
    }

    /// Tells the stand-in where the webhooks are and which commands there are; real bots get a bridge.
    async fn connect_bots(&mut self, programs: &Services) -> Result<()> {
        if self.telegram.is_some() {
            programs.run_once("psycheos-ops", &["set-webhooks"], &self.setting.env("psycheos-ops")?).await?;
            return Ok(());
        }
        let http = http::client()?;
        for bot in &self.setting.bots {
            let bridge = Bridge {
                http: http.clone(),
                telegram_url: self.setting.telegram_url.clone(),
                api_url: self.setting.webhook_base_url.clone(),
                bot: bot.clone(),
            };
            self.tasks.push(tokio::spawn(bridge.run()));
        }
        Ok(())
    }

    /// Cron, and the seed that waits for the specialist.
    fn spawn_tasks(&mut self, options: &Options, logs: PathBuf) -> Result<()> {
        let setting = Arc::clone(&self.setting);
        let every = if options.laptop { 30 } else { 5 };
        let programs = Services::new(&logs)?;
        self.tasks.push(tokio::spawn(async move {
            loop {
                let ran = match setting.env("psycheos-cron") {
                    Ok(env) => programs.run_once("psycheos-cron", &[], &env).await.map(|_| ()),
                    Err(error) => Err(error),
                };
                if let Err(error) = ran {
                    eprintln!("cron: {error:#}");
                }
                tokio::time::sleep(Duration::from_secs(every)).await;
            }
        }));
        if self.telegram.is_some() {
            let (setting, url) = (Arc::clone(&self.setting), self.database_url());
            let programs = Services::new(&logs)?;
            self.tasks.push(tokio::spawn(async move {
                let credited = async {
                    let env = setting.env("psycheos-ops")?;
                    Seeder { programs: &programs, env, url }.credit_when_registered().await
                };
                if let Err(error) = credited.await {
                    eprintln!("seed: {error:#}");
                }
            }));
        }
        Ok(())
    }

    /// Superuser's URL of the database.
    pub fn database_url(&self) -> String {
        self.servers.direct.url(DATABASE, ADMIN)
    }

    /// What the page needs.
    pub fn view(&self) -> View {
        View {
            setting: Arc::clone(&self.setting),
            services: Arc::clone(&self.services),
            invite: self.invite.clone(),
            telegram_url: self.telegram.as_ref().map(FakeTelegram::base_url),
            real_claude: self.claude.is_none(),
            database_url: self.database_url(),
            started: self.started,
        }
    }

    /// Stops all: services first, so that they can finish what they hold.
    ///
    /// # Errors
    /// A service did not end within its time; it is killed then.
    pub async fn stop(&mut self) -> Result<()> {
        for task in self.tasks.drain(..) {
            task.abort();
        }
        let stopped = self.services.lock().await.terminate_all().await;
        if let Some(telegram) = &self.telegram {
            telegram.stop().await;
        }
        if let Some(claude) = &self.claude {
            claude.stop().await;
        }
        stopped
    }
}

/// A private server and its pooler, or the database that was named.
async fn start_servers(options: &Options) -> Result<Servers> {
    if let Some(url) = options.variable("DATABASE_URL_DIRECT") {
        let pooler = options.variable("DATABASE_URL_POOLER").unwrap_or_else(|| url.clone());
        let (direct, pooler) = (Endpoint::Given { url }, Endpoint::Given { url: pooler });
        return Ok(Servers { direct, pooler, _pgbouncer: None, _postgres: None });
    }
    let postgres = Postgres::start(Some(options.folder.join("pg")), options.laptop).await?;
    let admin = connect(&postgres.url("postgres", ADMIN)).await?;
    if admin.query_opt("SELECT 1 FROM pg_database WHERE datname = $1", &[&DATABASE]).await?.is_none() {
        admin.batch_execute(&format!("CREATE DATABASE {DATABASE}")).await?;
    }
    let pgbouncer = match PgBouncer::start(&postgres, "transaction", 10).await {
        Ok(pgbouncer) => Some(pgbouncer),
        Err(error) => {
            println!("without a pooler: {error:#}");
            None
        }
    };
    let direct = postgres.endpoint();
    let pooler = pgbouncer.as_ref().map_or_else(|| direct.clone(), PgBouncer::endpoint);
    Ok(Servers { direct, pooler, _pgbouncer: pgbouncer, _postgres: Some(postgres) })
}

/// Real bots, by the tokens in the environment; none means the stand-in.
async fn bots(options: &Options) -> Result<Vec<BotIdentity>> {
    let mut bots = Vec::new();
    for bot in BOTS {
        let Some(token) = options.variable(&format!("TG_TOKEN_{}", bot.to_uppercase())) else { continue };
        // Anybody on this machine can reach the API's port: only the bridge can pass for Telegram.
        let secret = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
        let mut identity = BotIdentity { bot: bot.to_owned(), token, username: String::new(), secret };
        let bridge =
            Bridge { http: http::client()?, telegram_url: telegram_url(options), api_url: String::new(), bot: identity.clone() };
        let me = bridge.call("getMe", json!({})).await?;
        identity.username = me["username"].as_str().context("getMe gave no username")?.to_owned();
        bots.push(identity);
    }
    Ok(bots)
}

/// Telegram's own address, or a Bot API server of one's own.
fn telegram_url(options: &Options) -> String {
    options.variable("TELEGRAM_API_URL").unwrap_or_else(|| TELEGRAM.to_owned())
}

fn start_telegram(options: &Options, bots: &[BotIdentity]) -> Result<FakeTelegram> {
    let config =
        |bot: &BotIdentity| BotConfig { id_name: bot.bot.clone(), token: bot.token.clone(), username: bot.username.clone() };
    // Another seed each time: a stand-in that numbered updates as an earlier one did would have them taken for repetitions.
    let seed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(1, |since| since.as_secs());
    let telegram = FakeTelegram::start(Config {
        bots: bots.iter().map(config).collect(),
        limits: options.laptop,
        seed,
        ..Config::default()
    })?;
    for person in people::in_telegram() {
        telegram.create_person(person);
    }
    Ok(telegram)
}

async fn start_claude() -> Result<FakeClaude> {
    FakeClaude::start(fake_claude::Config::default()).await
}

/// The services want to know all five bots. One without a token gets what the stand-in's has: nobody writes to it, so nothing
/// is ever sent in its name.
fn describe_absent_bots(setting: &mut Setting) {
    for absent in BotIdentity::local() {
        if setting.bots.iter().any(|known| known.bot == absent.bot) {
            continue;
        }
        let name = absent.bot.to_uppercase();
        setting.extra.insert(format!("TG_TOKEN_{name}"), absent.token);
        setting.extra.insert(format!("TG_WEBHOOK_SECRET_{name}"), absent.secret);
        setting.extra.insert(format!("TG_USERNAME_{name}"), absent.username);
    }
}

/// Settings of the person at the laptop that services may have.
fn inherited(options: &Options) -> BTreeMap<String, String> {
    ["ADMIN_IDS", "ADMIN_CHAT_ID", "PSYCHEOS_KEK", "DB_POOL_SIZE", "RUST_LOG"]
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), options.variable(name)?)))
        .collect()
}
