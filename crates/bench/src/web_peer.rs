//! A web service as it is usually built in Python (`crates/bench/peers/web_peer.py`), driven with the same updates as our API processes.
//!
//! Its handler sends the reply before it answers the webhook, ours leaves that to the sender: so how long Telegram takes is a part of the
//! comparison, and stands in the figure. Telegram is as light as it can be here, so that the processor is the peer's own.
use std::{
    path::Path,
    process::Stdio,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use test_kit::{ADMIN, free_port};
use tokio::{
    io::{AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    process::{Child, Command},
};

use crate::{
    figure::{Figure, Part, Report, Target},
    ground::Ground,
    hook::{Hook, read_message},
    rounds::Rounds,
    turns,
};

/// What it is made of.
const NAME: &str = "FastAPI, SQLAlchemy, python-telegram-bot";
/// Clients and processes.
const CASES: [(usize, usize); 2] = [(1, 1), (10, 2)];
/// How long Telegram takes for a call: nothing, and as from a server in Europe.
const TELEGRAM: [Duration; 2] = [Duration::ZERO, Duration::from_millis(60)];
/// Ours should do so many times as many turns.
const TIMES: f64 = 20.0;
/// The word both sides know.
const SECRET: &str = "peer";

/// Measures ours and the peer's one after the other, and how much memory a process of the peer takes.
///
/// # Errors
/// The peer is not installed, or does not take an update.
pub async fn measure(ground: &Ground, folder: &Path, rounds: Rounds, report: &mut Report) -> Result<()> {
    let apis = turns::start(ground).await?;
    for takes in TELEGRAM {
        let mut peer = WebPeer::start(ground, folder, takes).await?;
        for case @ (clients, processes) in CASES {
            let mut measured = Vec::new();
            for round in 0..rounds.count {
                let ours = turns::rate(ground, &apis, case, Duration::ZERO, rounds.secs).await?;
                measured.push((ours, peer.rate(case, round, rounds.secs).await?));
            }
            let ratio = |((ours, _), theirs): &((f64, _), f64)| ours / theirs;
            let ((ours, spread), theirs) = Rounds::middle(measured, ratio).context("no round")?;
            let what = format!(
                "{}, {}, Telegram takes {} ms",
                turns::counted(clients, "client"),
                turns::counted(processes, "API process"),
                takes.as_millis()
            );
            let figure = Figure::new(Part::Turns, what, ours, "turns/s").spread(spread).beside(NAME, theirs, None);
            let ratio = figure.ratio();
            report.add(figure.target(Target::at_least(TIMES, "× the service in Python", ratio)));
        }
        let mib = peer.memory_mib().context("the peer ended")?;
        report.add(Figure::new(
            Part::Turns,
            format!("memory of a process in Python, Telegram takes {} ms", takes.as_millis()),
            mib,
            "MiB pss",
        ));
        peer.stop().await?;
    }
    apis.stop().await?;
    ground.clear().await
}

/// Two processes of the service, and a Telegram for them.
struct WebPeer {
    processes: Vec<Child>,
    ports: Vec<u16>,
    telegram: tokio::task::JoinHandle<()>,
    sent: Arc<AtomicUsize>,
    database: tokio_postgres::Client,
}

impl WebPeer {
    async fn start(ground: &Ground, folder: &Path, takes: Duration) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let telegram_url = format!("http://{}", listener.local_addr()?);
        let sent = Arc::new(AtomicUsize::new(0));
        let telegram = tokio::spawn(telegram(listener, takes, Arc::clone(&sent)));
        // A database of its own each time, so that every update is new. Without the pooler, which would only be one more step for it.
        let database = format!("web_peer{}", takes.as_millis());
        ground.admin.batch_execute(&format!("CREATE DATABASE {database}")).await?;
        let url = ground.postgres.url(&database, ADMIN);
        let database = test_kit::connect(&url).await?;
        let url = url.replacen("postgres://", "postgresql+asyncpg://", 1);
        let mut peer = Self { processes: Vec::new(), ports: Vec::new(), telegram, sent, database };
        for _ in 0..2 {
            let port = free_port()?;
            let mut command = Command::new(folder.join("venv/bin/python"));
            command.arg(folder.join("web_peer.py")).args([&url, &telegram_url, &port.to_string(), SECRET]);
            command.current_dir(folder).stdout(Stdio::null()).kill_on_drop(true);
            peer.processes.push(command.spawn().context("the peer does not start")?);
            peer.ports.push(port);
            answers(port).await?;
        }
        Ok(peer)
    }

    /// Updates a second that were taken and replied to.
    async fn rate(&mut self, (clients, processes): (usize, usize), round: usize, secs: u64) -> Result<f64> {
        // A thousand million numbers for each round of each case.
        let from = 1 + 1_000_000_000 * (100 * round as i64 + clients as i64);
        self.sent.store(0, Ordering::Relaxed);
        let began = Instant::now();
        let until = began + Duration::from_secs(secs);
        let ports = self.ports.get(..processes).context("no process")?;
        let taken = turns::ask_all(ports, SECRET, clients, from, Duration::ZERO, until).await?;
        let elapsed = began.elapsed().as_secs_f64();
        // Its library answers a webhook whose handler failed as any other.
        let stored = format!("SELECT count(*) FROM seen_updates WHERE update_id >= {from} AND update_id < {from} + 1000000000");
        let stored: i64 = self.database.query_one(&stored, &[]).await?.get(0);
        ensure!(stored == taken.len() as i64, "the peer was given {} updates and stored {stored}", taken.len());
        let sent = self.sent.swap(0, Ordering::Relaxed);
        ensure!(sent == taken.len(), "the peer was given {} updates and sent {sent} replies", taken.len());
        Ok(taken.len() as f64 / elapsed)
    }

    fn memory_mib(&self) -> Option<f64> {
        let pid = self.processes.first()?.id()?;
        Some(test_kit::memory_kib(pid)? as f64 / 1024.0)
    }

    async fn stop(mut self) -> Result<()> {
        self.telegram.abort();
        for process in &mut self.processes {
            process.kill().await?;
        }
        Ok(())
    }
}

/// Waits until somebody listens and takes an update.
async fn answers(port: u16) -> Result<()> {
    let until = Instant::now() + Duration::from_secs(30);
    loop {
        if let Ok(mut hook) = Hook::connect(port, SECRET).await {
            return hook.ask_for_help(-i64::from(port), 1).await;
        }
        ensure!(Instant::now() < until, "the peer does not listen");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// A Telegram that knows one answer.
async fn telegram(listener: TcpListener, takes: Duration, sent: Arc<AtomicUsize>) {
    while let Ok((stream, _)) = listener.accept().await {
        let sent = Arc::clone(&sent);
        tokio::spawn(async move {
            // The peer closed the connection.
            let _ = answer_calls(stream, takes, &sent).await;
        });
    }
}

async fn answer_calls(stream: TcpStream, takes: Duration, sent: &AtomicUsize) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    loop {
        let first = read_message(&mut stream).await?;
        if !takes.is_zero() {
            tokio::time::sleep(takes).await;
        }
        sent.fetch_add(usize::from(first.contains("/sendMessage ")), Ordering::Relaxed);
        let result = if first.contains("/getMe ") {
            r#"{"id":1000000001,"is_bot":true,"first_name":"Peer","username":"peer_bot"}"#
        } else {
            r#"{"message_id":7,"date":1764100000,"chat":{"id":1,"type":"private"},"text":"…"}"#
        };
        let body = format!(r#"{{"ok":true,"result":{result}}}"#);
        let head = format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.len());
        stream.get_mut().write_all(format!("{head}{body}").as_bytes()).await?;
    }
}
