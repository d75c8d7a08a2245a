#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]
#![allow(clippy::disallowed_methods, reason = "a program for a laptop: its settings are the environment, its seed the clock")]
// A program for people at a terminal: its output is print.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod actor;
mod bridge;
mod demo;
mod http;
mod people;
mod rows;
mod seed;
mod stack;
mod talk;
mod transcript;
mod web;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::{Parser, Subcommand};

use crate::stack::{Options, Stack};

/// The whole platform on a laptop.
#[derive(Debug, Parser)]
#[command(name = "playground", version)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start everything and open the page (the default).
    Run {
        /// Port of the page on 127.0.0.1.
        #[arg(long, default_value_t = 8088)]
        port: u16,
        /// Folder of the private database and the logs.
        #[arg(long, default_value = ".local")]
        folder: PathBuf,
        /// Throw away what is in the folder first.
        #[arg(long)]
        fresh: bool,
    },
    /// Play the main story by script and print it.
    Demo,
    /// Talk to one bot in the terminal.
    Talk {
        /// pro, screen, interpretator, conceptualizator or simulator.
        bot: String,
    },
}

/// Reads the command line and does what it says.
///
/// # Errors
/// Something did not start; the demo did not end with the result in Pro.
pub async fn main() -> Result<()> {
    http::install_tls();
    let run = Command::Run { port: 8088, folder: ".local".into(), fresh: false };
    match Arguments::parse().command.unwrap_or(run) {
        Command::Run { port, folder, fresh } => run_page(port, folder, fresh).await,
        Command::Demo => within_minutes(2, |stack| Box::pin(demo::play(stack))).await,
        Command::Talk { bot } => within_minutes(24 * 60, |stack| Box::pin(async move { talk::talk(stack, &bot).await })).await,
    }
}

async fn run_page(port: u16, folder: PathBuf, fresh: bool) -> Result<()> {
    if fresh && folder.exists() {
        std::fs::remove_dir_all(&folder).with_context(|| format!("cannot delete {}", folder.display()))?;
    }
    let mut stack = tokio::select! {
        stack = Stack::start(Options::laptop(folder)) => stack?,
        () = stop_asked() => return Ok(()),
    };
    let server = web::start(port, stack.view())?;
    println!("\n  http://127.0.0.1:{}   (Ctrl-C stops everything)\n", server.port);
    if let Some(invite) = &stack.invite {
        println!("  specialist's invitation: {invite}\n");
    }
    stop_asked().await;
    println!("\nstopping");
    server.handle.stop(false).await;
    stack.stop().await
}

type Played<'a> = std::pin::Pin<Box<dyn Future<Output = Result<()>> + 'a>>;

/// Starts everything in a folder of its own, does something with it, and throws it away.
async fn within_minutes(minutes: u64, play: impl for<'a> FnOnce(&'a Stack) -> Played<'a>) -> Result<()> {
    let folder = tempfile::Builder::new().prefix("psycheos-demo-").tempdir()?;
    let mut stack = Stack::start(Options::demo(folder.path().to_owned())).await?;
    let played = tokio::select! {
        played = tokio::time::timeout(Duration::from_secs(minutes * 60), play(&stack)) => played,
        () = stop_asked() => bail!("stopped"),
    };
    let stopped = stack.stop().await;
    let played = played.with_context(|| format!("it took more than {minutes} minutes")).flatten();
    if played.is_err() {
        println!("the logs of the services are in {}", folder.keep().join("logs").display());
    }
    played.and(stopped)
}

/// Ends with the first Ctrl-C or SIGTERM.
async fn stop_asked() {
    let Ok(mut term) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = term.recv() => {}
    }
}
