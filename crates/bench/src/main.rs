//! `make bench`: measures the platform on this machine, with real processes and a Postgres that writes to disk. Figures are for
//! comparison within one run; nothing is asserted.
#![allow(clippy::print_stdout, reason = "a command line tool answers on standard output")]

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use fake_telegram::{BotConfig, FakeTelegram, Person};
use test_kit::{ADMIN, Endpoint, PgBouncer, Postgres, Services, Setting, connect, open_logins};

const PERSON: i64 = 1001;
const WARM_UP: usize = 30;
const TAPS: usize = 500;

mod checkout;

/// What stays alive during the measurement.
struct Bench {
    services: Services,
    telegram: FakeTelegram,
    /// The database as its superuser.
    url: String,
    /// The services' key-encryption key.
    kek: String,
    _claude: fake_claude::FakeClaude,
    _pgbouncer: PgBouncer,
    _postgres: Postgres,
    _folder: tempfile::TempDir,
}

#[tokio::main]
async fn main() -> Result<()> {
    // An error means that it was chosen before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut bench = start().await?;
    tap_to_message(&bench).await?;
    checkout::under_load(&bench).await?;
    memory(&bench)?;
    bench.services.terminate_all().await?;
    bench.telegram.stop().await;
    Ok(())
}

async fn start() -> Result<Bench> {
    let folder = tempfile::tempdir()?;
    let postgres = Postgres::start(Some(folder.path().join("pg")), true).await?;
    connect(&postgres.url("postgres", ADMIN)).await?.batch_execute("CREATE DATABASE bench").await?;
    let url = postgres.url("bench", ADMIN);
    db::migrate(&url).await?;
    let admin = connect(&url).await?;
    open_logins(&admin).await?;
    // The person taps as soon as the answer is there; Telegram's own pace is not what is measured.
    for setting in ["chat_interval = '1 millisecond'", "updates_per_minute = 100000000", "stranger_interval = '0 seconds'"] {
        admin.batch_execute(&format!("ALTER DATABASE bench SET psycheos.{setting}")).await?;
    }
    let pgbouncer = PgBouncer::start(&postgres, "transaction", 10).await?;
    let claude = fake_claude::FakeClaude::start(fake_claude::Config::default()).await?;
    let (direct, pooler): (Endpoint, Endpoint) = (postgres.endpoint(), pgbouncer.endpoint());
    let mut setting = Setting::new("bench", direct, pooler, "", &claude.base_url())?;
    let bots = setting.bots.iter().map(|bot| BotConfig {
        id_name: bot.bot.clone(),
        token: bot.token.clone(),
        username: bot.username.clone(),
    });
    let telegram = FakeTelegram::start(fake_telegram::Config { bots: bots.collect(), limits: false, ..Default::default() })?;
    setting.telegram_url = telegram.base_url();
    let mut services = Services::new(folder.path().join("logs"))?;
    println!("start to ready");
    for name in ["psycheos-api", "psycheos-worker", "psycheos-sender"] {
        let began = Instant::now();
        services.start(name, setting.env(name)?).await?;
        println!("  {name:<18} {:>6.0} ms", began.elapsed().as_secs_f64() * 1000.0);
    }
    services.run_once("psycheos-ops", &["set-webhooks"], &setting.env("psycheos-ops")?).await?;
    let person: Person =
        serde_json::from_value(serde_json::json!({ "user_id": PERSON, "first_name": "Ольга", "language_code": "ru" }))?;
    telegram.create_person(person);
    let kek = setting.env("psycheos-api")?.remove("PSYCHEOS_KEK").context("no key")?;
    Ok(Bench { services, telegram, url, kek, _claude: claude, _pgbouncer: pgbouncer, _postgres: postgres, _folder: folder })
}

/// From a person's tap to the resulting `sendMessage` at the stand-in, through a transaction-mode pooler, with fsync on.
async fn tap_to_message(bench: &Bench) -> Result<()> {
    let mut taken = Vec::with_capacity(TAPS);
    for n in 0..WARM_UP + TAPS {
        let before = from_bot(&bench.telegram);
        let began = Instant::now();
        bench.telegram.send_text("pro", PERSON, "/help")?;
        let came = bench.telegram.wait_until(Duration::from_secs(10), |telegram| from_bot(telegram) > before).await;
        anyhow::ensure!(came, "no answer");
        if n >= WARM_UP {
            taken.push(began.elapsed());
        }
        // An idle moment, as between two taps of a person.
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    println!("tap to sendMessage ({TAPS} taps, one chat, idle services, fsync on, PgBouncer in transaction mode)");
    print_spread(taken);
    println!("  target: median 50 ms, p99 150 ms");
    Ok(())
}

/// Median and tail of what was measured.
fn print_spread(mut taken: Vec<Duration>) {
    taken.sort_unstable();
    let at = |share: f64| {
        let position = (taken.len().saturating_sub(1) as f64 * share).round() as usize;
        taken.get(position).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
    };
    println!("  median {:.1} ms   p95 {:.1} ms   p99 {:.1} ms   worst {:.1} ms", at(0.5), at(0.95), at(0.99), at(1.0));
}

fn from_bot(telegram: &FakeTelegram) -> usize {
    telegram.messages("pro", PERSON).iter().filter(|message| message.from_bot).count()
}

/// Proportional set size of each service, as the kernel counts it.
fn memory(bench: &Bench) -> Result<()> {
    println!("memory (pss)");
    for name in ["psycheos-api", "psycheos-worker", "psycheos-sender"] {
        let pid = bench.services.pid(name).context("a service ended")?;
        let rollup = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))?;
        let line = rollup.lines().find(|line| line.starts_with("Pss:")).context("no Pss")?;
        let kib: u64 = line.split_whitespace().nth(1).and_then(|text| text.parse().ok()).context("no number")?;
        println!("  {name:<18} {:>6.1} MiB", kib as f64 / 1024.0);
    }
    Ok(())
}
