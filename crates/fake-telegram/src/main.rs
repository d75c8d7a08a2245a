//! The stand-in as a program: `fake-telegram --listen 127.0.0.1:8081 --bot pro:TOKEN:username`.

use std::net::SocketAddr;

use clap::Parser;
use fake_telegram::{BotConfig, Config, FakeTelegram};

/// A stand-in for Telegram's Bot API.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8081")]
    listen: SocketAddr,
    /// A bot: name:token:username. The token may contain colons.
    #[arg(long = "bot", required = true)]
    bots: Vec<BotConfig>,
    /// Real seconds one of Telegram's seconds lasts.
    #[arg(long, default_value_t = 1.0)]
    time_scale: f64,
    /// Turns flood control off.
    #[arg(long)]
    no_limits: bool,
    /// Seed of everything random.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let arguments = Arguments::parse();
    let telegram = FakeTelegram::start(Config {
        listen: arguments.listen,
        bots: arguments.bots,
        time_scale: arguments.time_scale,
        limits: !arguments.no_limits,
        seed: arguments.seed,
        log_requests: true,
        ..Config::default()
    })?;
    tracing::info!(url = %telegram.base_url(), "listening");
    tokio::signal::ctrl_c().await?;
    telegram.stop().await;
    Ok(())
}
