//! Services as they stand: from start to ready, memory, taps, payments.
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use fake_claude::FakeClaude;
use fake_telegram::{BotConfig, FakeTelegram};
use test_kit::{Services, Setting, memory_kib};

use crate::{
    checkout,
    figure::{Figure, Part, Report, Target},
    ground::Ground,
    spread::Spread,
    taps,
};

/// What stays alive during these measurements.
pub struct Platform<'a> {
    /// The servers.
    pub ground: &'a Ground,
    /// Telegram.
    pub telegram: FakeTelegram,
    /// The services' key-encryption key.
    pub kek: String,
}

/// The services that stay, with what each may take.
const STAY: [&str; 3] = ["psycheos-api", "psycheos-worker", "psycheos-sender"];

/// Starts the services, measures them, stops them.
///
/// # Errors
/// When something of the platform does not do what it should.
pub async fn measure(ground: &Ground, report: &mut Report) -> Result<()> {
    ground.pace(false).await?;
    let claude = FakeClaude::start(fake_claude::Config::default()).await?;
    let (telegram, setting) = telegram_for(ground, &claude.base_url(), false)?;
    let mut services = Services::new(ground.folder().join("logs"))?;
    for name in STAY {
        let began = Instant::now();
        services.start(name, setting.env(name)?).await?;
        let ready_ms = began.elapsed().as_secs_f64() * 1000.0;
        let what = format!("{name}, start to ready");
        report.add(Figure::new(Part::Services, what, ready_ms, "ms").target(Target::at_most(300.0, "ms", ready_ms)));
    }
    services.run_once("psycheos-ops", &["set-webhooks"], &setting.env("psycheos-ops")?).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    for name in STAY {
        add_memory(&services, name, "idle", 25.0, report)?;
    }
    let kek = setting.env("psycheos-api")?.remove("PSYCHEOS_KEK").context("no key")?;
    let platform = Platform { ground, telegram, kek };
    taps::measure(&platform, report).await?;
    checkout::measure(&platform, report).await?;
    for name in STAY {
        add_memory(&services, name, "after taps and payments", 60.0, report)?;
    }
    services.terminate_all().await?;
    platform.telegram.stop().await;
    ground.pace(true).await?;
    ground.clear().await
}

/// A stand-in for Telegram, and the setting of services that speak with it.
///
/// # Errors
/// No free port.
pub fn telegram_for(ground: &Ground, claude_url: &str, limits: bool) -> Result<(FakeTelegram, Setting)> {
    let mut setting = ground.setting("", claude_url)?;
    let bots = setting.bots.iter().map(|bot| BotConfig {
        id_name: bot.bot.clone(),
        token: bot.token.clone(),
        username: bot.username.clone(),
    });
    let telegram = FakeTelegram::start(fake_telegram::Config { bots: bots.collect(), limits, ..Default::default() })?;
    setting.telegram_url = telegram.base_url();
    Ok((telegram, setting))
}

/// Proportional set size of a service, as the kernel counts it.
///
/// # Errors
/// The service has ended.
pub fn add_memory(services: &Services, name: &str, when: &str, limit_mib: f64, report: &mut Report) -> Result<()> {
    let mib = services.pid(name).and_then(memory_kib).context("a service ended")? as f64 / 1024.0;
    let figure = Figure::new(Part::Services, format!("{name}, memory {when}"), mib, "MiB pss");
    report.add(figure.target(Target::at_most(limit_mib, "MiB", mib)));
    Ok(())
}

/// Adds durations that have two targets, for the median and for the 99th of a hundred, where there are any.
pub fn add_durations(report: &mut Report, what: String, taken: Vec<Duration>, p50_ms: f64, p99_ms: Option<f64>) {
    let spread = Spread::of(taken);
    let figure = Figure::of_durations(Part::Services, what, spread).target(Target::at_most(p50_ms, "ms, median", spread.p50_ms));
    report.add(match p99_ms {
        Some(limit) => figure.target(Target::at_most(limit, "ms, p99", spread.p99_ms)),
        None => figure,
    });
}
