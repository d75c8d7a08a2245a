//! `fake-claude`: the stand-in as a program.
#![allow(clippy::print_stdout, reason = "a command line tool answers on standard output")]

use std::{net::SocketAddr, time::Duration};

use clap::Parser;
use fake_claude::{Config, FakeClaude};

/// A stand-in for Claude's Messages API.
#[derive(Parser)]
#[command(name = "fake-claude", version, about)]
struct Arguments {
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:8082")]
    listen: SocketAddr,
    /// Milliseconds an answer takes.
    #[arg(long, default_value_t = 300)]
    latency_ms: u64,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let config = Config { listen: arguments.listen, latency: Duration::from_millis(arguments.latency_ms) };
    let claude = FakeClaude::start(config).await?;
    println!("{}", claude.base_url());
    tokio::signal::ctrl_c().await?;
    claude.stop().await;
    Ok(())
}
