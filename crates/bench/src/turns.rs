//! Webhook turns: updates over HTTP to real processes, beside pgbench with the statements of a turn.
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use test_kit::{Endpoint, Services};
use tokio::task::JoinSet;
use tokio_postgres::SimpleQueryMessage;

use crate::{
    figure::{Figure, Part, Report, Target},
    ground::{Ground, id_at, user_of},
    hook::Hook,
    line::Line,
    pgbench::{self, Bound, Length, Protocol, bytes, literal},
    rounds::Rounds,
    services::add_memory,
    spread::Spread,
    statements::{self, Costs, Reading},
};

/// Clients and API processes. A client speaks with every process in turn.
const CASES: [(usize, usize); 5] = [(1, 1), (1, 2), (10, 1), (10, 2), (30, 2)];
/// Between two taps of a person who is in no hurry.
const PAUSE: Duration = Duration::from_millis(500);
/// Chats of each client.
const CHATS: i64 = 10;
/// The first chat.
const FIRST: i64 = 100_000;
/// The most clients there are.
const CLIENTS: usize = 30;
/// Turns whose statements and round trips are counted.
const COUNTED: usize = 100;
/// Turns a second of a service in Python (FastAPI, SQLAlchemy, python-telegram-bot) that does the same step, measured on another machine
/// of two cores: one client, and ten over two processes. The target is twenty times as many.
const PYTHON: [((usize, usize), f64, &str); 2] =
    [((1, 1), 20.0 * 117.0, "turns/s (20 × 117)"), ((10, 2), 20.0 * 290.0, "turns/s (20 × 290)")];

/// API processes, and who speaks with them.
pub struct Apis {
    services: Services,
    ports: Vec<u16>,
    secret: String,
}

impl Apis {
    /// Ends them.
    ///
    /// # Errors
    /// One did not end within its time.
    pub async fn stop(mut self) -> Result<()> {
        self.services.terminate_all().await
    }
}

/// Measures turns, and what one costs.
///
/// # Errors
/// When an update is not taken.
pub async fn measure(ground: &Ground, rounds: Rounds, report: &mut Report) -> Result<()> {
    let apis = start(ground).await?;
    let script = script(ground).await?;
    for case @ (clients, processes) in CASES {
        let mut measured = Vec::new();
        for _ in 0..rounds.count {
            let ours = rate(ground, &apis, case, Duration::ZERO, rounds.secs).await?;
            measured.push((ours, bound(ground, &script, clients, Length::Secs(rounds.secs)).await?));
        }
        let ratio = |((rate, _), bound): &((f64, Spread), Bound)| rate / bound.rate;
        let ((rate, spread), bound) = Rounds::middle(measured, ratio).context("no round")?;
        let what = format!("{}, {}", counted(clients, "client"), counted(processes, "API process"));
        let figure = Figure::new(Part::Turns, what, rate, "turns/s").spread(spread);
        let mut figure = figure.beside("pgbench", bound.rate, Some(bound.spread));
        let ratio = figure.ratio();
        figure = figure.target(Target::at_least(0.6, "of the bound", ratio));
        for (_, limit, of) in PYTHON.iter().filter(|(other, _, _)| *other == case) {
            figure = figure.target(Target::at_least(*limit, of, rate));
        }
        report.add(figure);
    }
    let (rate, spread) = rate(ground, &apis, (CLIENTS, 2), PAUSE, 2 * rounds.secs).await?;
    let figure = Figure::of_durations(Part::Turns, format!("{CLIENTS} people who tap at their leisure, 2 API processes"), spread);
    let figure = figure.seen(format!("{rate:.0} turns/s"));
    report.add(figure.target(Target::at_most(50.0, "ms, p99", spread.p99_ms)));
    if report.costs.is_none() {
        let costs = costs(ground, &apis, &script).await?;
        let figure = Figure::new(Part::Turns, "round trips of a turn", costs.round_trips, "");
        report.add(figure.target(Target::at_most(4.0, "round trips", costs.round_trips)));
        report.costs = Some(costs);
        let (url, length) = (ground.direct_url("psy_api"), Length::Secs(rounds.secs));
        let prepared = bound_by(ground, &url, Protocol::Prepared, &script, 10, length).await?;
        let what = "pgbench alone, statements read once, past the pooler, 10 clients";
        report.add(Figure::new(Part::Turns, what, prepared.rate, "turns/s").spread(prepared.spread));
        add_connections(ground, report).await?;
        add_memory(&apis.services, "psycheos-api", "after turns of 300 chats", 60.0, report)?;
    }
    apis.stop().await?;
    ground.clear().await
}

/// So many of a thing.
#[must_use]
pub fn counted(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ if noun.ends_with('s') => format!("{count} {noun}es"),
        _ => format!("{count} {noun}s"),
    }
}

/// Starts as many processes as any case needs, and makes the keys of all chats known to each.
///
/// # Errors
/// One does not start, or takes no update.
pub async fn start(ground: &Ground) -> Result<Apis> {
    ground.insert_specialists(FIRST, CHATS * CLIENTS as i64).await?;
    ground.clear().await?;
    let mut services = Services::new(ground.folder().join("logs"))?;
    let mut ports = Vec::new();
    let mut secret = String::new();
    for name in ["psycheos-api", "psycheos-api#2"] {
        // A turn calls neither Telegram nor Claude.
        let setting = ground.setting("http://127.0.0.1:9", "http://127.0.0.1:9")?;
        secret = setting.bots.first().context("no bot")?.secret.clone();
        services.start(name, setting.env(name)?).await?;
        ports.push(setting.api_port);
    }
    let apis = Apis { services, ports, secret };
    for port in &apis.ports {
        warm_up(ground, *port, &apis.secret, CLIENTS).await?;
    }
    Ok(apis)
}

/// The first turn of a chat makes its key, the second learns it.
async fn warm_up(ground: &Ground, port: u16, secret: &str, clients: usize) -> Result<()> {
    let mut hook = Hook::connect(port, secret).await?;
    let from = next_update(ground).await?;
    let chats = CHATS * clients as i64;
    for n in 0..2 * chats {
        hook.ask_for_help(from + n, FIRST + n % chats).await?;
    }
    Ok(())
}

/// A number beyond those of all updates that were seen.
async fn next_update(ground: &Ground) -> Result<i64> {
    ground.count("SELECT coalesce(max(update_id), 0) + 1 FROM psycheos.telegram_update_dedup WHERE bot_id = 'pro'").await
}

/// Committed turns a second, and how long each took from its delivery to its answer.
///
/// # Errors
/// An update is not taken, or not stored.
pub async fn rate(
    ground: &Ground,
    apis: &Apis,
    (clients, processes): (usize, usize),
    pause: Duration,
    secs: u64,
) -> Result<(f64, Spread)> {
    ground.clear().await?;
    let from = next_update(ground).await?;
    let began = Instant::now();
    let until = began + Duration::from_secs(secs);
    let ports = apis.ports.get(..processes).context("no process")?;
    let taken = ask_all(ports, &apis.secret, clients, from, pause, until).await?;
    let elapsed = began.elapsed().as_secs_f64();
    let stored = format!("SELECT count(*) FROM psycheos.telegram_update_dedup WHERE bot_id = 'pro' AND update_id >= {from}");
    let stored = ground.count(&stored).await?;
    ensure!(stored == taken.len() as i64, "{} updates were taken and {stored} are stored", taken.len());
    Ok((stored as f64 / elapsed, Spread::of(taken)))
}

/// So many clients at once, each of which speaks with every process in turn. How long each update took.
///
/// # Errors
/// One is not taken.
pub async fn ask_all(
    ports: &[u16],
    secret: &str,
    clients: usize,
    from: i64,
    pause: Duration,
    until: Instant,
) -> Result<Vec<Duration>> {
    let mut tasks = JoinSet::new();
    for client in 0..clients {
        let mut hooks = Vec::new();
        for at in 0..ports.len() {
            // Clients begin with different processes.
            let port = ports.get((client + at) % ports.len()).copied().context("no process")?;
            hooks.push(Hook::connect(port, secret).await?);
        }
        tasks.spawn(ask(hooks, client as i64, from, pause, until));
    }
    let mut taken = Vec::new();
    while let Some(client) = tasks.join_next().await {
        taken.extend(client??);
    }
    Ok(taken)
}

/// One client: an update after the other, in its chats in turn.
async fn ask(mut hooks: Vec<Hook>, client: i64, from: i64, pause: Duration, until: Instant) -> Result<Vec<Duration>> {
    let mut taken = Vec::new();
    let processes = hooks.len();
    while Instant::now() < until {
        let n = taken.len();
        let hook = hooks.get_mut(n % processes).context("no process")?;
        let began = Instant::now();
        hook.ask_for_help(from + client * 1_000_000 + n as i64, FIRST + client * CHATS + n as i64 % CHATS).await?;
        taken.push(began.elapsed());
        if !pause.is_zero() {
            // Not all at once.
            tokio::time::sleep(pause.mul_f64(share(client, n))).await;
        }
    }
    Ok(taken)
}

/// A number between 0.5 and 1.5 that differs from client to client and from tap to tap.
fn share(client: i64, n: usize) -> f64 {
    0.5 + ((client * 37 + n as i64 * 61) % 101) as f64 / 101.0
}

async fn bound(ground: &Ground, script: &str, clients: usize, length: Length) -> Result<Bound> {
    bound_by(ground, &ground.pooled_url("psy_api"), Protocol::Extended, script, clients, length).await
}

async fn bound_by(ground: &Ground, url: &str, protocol: Protocol, script: &str, clients: usize, length: Length) -> Result<Bound> {
    ground.clear().await?;
    let variables = [("n", -1), ("updates", next_update(ground).await?)];
    pgbench::run(url, protocol, script, clients, length, &variables).await
}

/// The statements of a turn for pgbench. What a turn computes itself (state, sealed message, key) is taken from a real one; what differs
/// from turn to turn is computed. pgbench takes any word behind a colon for
/// a variable, so that there is none in texts. BEGIN goes with the first statement and COMMIT with the check of constraints, as ours do. Chats are at
/// version 0 when it begins.
async fn script(ground: &Ground) -> Result<String> {
    let row = ground
        .admin
        .query_one(
            "SELECT s.state, encode(s.state_payload, 'hex'), s.role, encode(o.payload, 'hex'), o.traceparent, o.correlation_id, o.kind, \
                    o.lane::int, o.method \
             FROM psycheos.outbox_messages o JOIN psycheos.bot_chat_state s USING (bot_id, chat_id) ORDER BY o.seq DESC LIMIT 1",
            &[],
        )
        .await
        .context("no turn was made")?;
    let text = |at: usize| row.get::<_, Option<&str>>(at);
    let lane: i32 = row.get(7);
    let (state, role) = (literal(text(0)), literal(text(2)));
    let (state_payload, payload) = (bytes(text(1)), bytes(text(3)));
    let (traceparent, correlation, kind, method) = (literal(text(4)), literal(text(5)), literal(text(6)), literal(text(8)));
    let (id, user) = (id_at("clock_timestamp()"), user_of(":chat"));
    Ok(format!(
        "\\set n :n + 1\n\
         \\set chat {FIRST} + :client_id * {CHATS} + mod(:n, {CHATS})\n\
         \\set update :updates + :client_id * 1000000 + :n\n\
         \\set version :n / {CHATS}\n\
         \\startpipeline\n\
         BEGIN;\n\
         SELECT * FROM psycheos.turn_begin('pro', :update, :chat);\n\
         \\endpipeline\n\
         SELECT psycheos.turn_close('pro', :chat, :version, {state}, {state_payload}, {user}, {role}, NULL, NULL, \
            ARRAY[{id}], ARRAY['pro'], ARRAY[:chat]::bigint[], ARRAY[NULL]::uuid[], ARRAY[NULL]::uuid[], ARRAY[{lane}]::smallint[], \
            ARRAY[{kind}], ARRAY[{method}], ARRAY[{payload}], ARRAY[NULL]::uuid[], ARRAY[NULL]::uuid[], ARRAY[NULL]::bigint[], \
            ARRAY['bench.upd' || :update::text || '.0'], {traceparent}, {correlation}, true, false, false);\n\
         \\startpipeline\n\
         SET CONSTRAINTS ALL IMMEDIATE;\n\
         COMMIT;\n\
         \\endpipeline\n"
    ))
}

/// Counts statements on both sides, and on a slow line how often a turn waits.
async fn costs(ground: &Ground, apis: &Apis, script: &str) -> Result<Costs> {
    let port = apis.ports.first().copied().context("no process")?;
    ground.clear().await?;
    let reading = Reading::begin(ground).await?;
    let turns = ask_counted(ground, port, &apis.secret).await?;
    let ours = reading.end("psy_api", COUNTED).await?;

    // No process of ours may speak under the same role meanwhile; they do only for what is due every few seconds.
    let reading = Reading::begin(ground).await?;
    bound(ground, script, 1, Length::Transactions(u32::try_from(COUNTED)?)).await?;
    let bound = reading.end("psy_api", COUNTED).await?;

    ground.clear().await?;
    // The first turns find connections that are new.
    let make = async || ask_counted(ground, port, &apis.secret).await.map(drop);
    let inside = statements::inside(ground, "psy_api", COUNTED, make).await?;

    let line = Line::open(ground.pooler.port()).await?;
    let setting = ground.setting_through(Endpoint::local(line.port), "http://127.0.0.1:9", "http://127.0.0.1:9")?;
    let mut far = Services::new(ground.folder().join("logs"))?;
    far.start("psycheos-api#3", setting.env("psycheos-api#3")?).await?;
    warm_up(ground, setting.api_port, &apis.secret, 1).await?;
    let before = line.round_trips();
    ask_counted(ground, setting.api_port, &apis.secret).await?;
    let round_trips = (line.round_trips() - before) as f64 / COUNTED as f64;
    far.terminate_all().await?;
    Ok(Costs { round_trips, ours, bound, inside, turn_ms: Spread::of(turns).p50_ms })
}

/// So many turns of the first client, one after the other, and how long each took.
async fn ask_counted(ground: &Ground, port: u16, secret: &str) -> Result<Vec<Duration>> {
    let mut hook = Hook::connect(port, secret).await?;
    let from = next_update(ground).await?;
    let mut taken = Vec::with_capacity(COUNTED);
    for n in 0..COUNTED as i64 {
        let began = Instant::now();
        hook.ask_for_help(from + n, FIRST + n % CHATS).await?;
        taken.push(began.elapsed());
    }
    Ok(taken)
}

/// Connections of the API processes to the pooler, as the pooler counts them.
async fn add_connections(ground: &Ground, report: &mut Report) -> Result<()> {
    let pooler = test_kit::connect(&ground.pooler.url("pgbouncer", test_kit::ADMIN)).await?;
    let rows = pooler.simple_query("SHOW CLIENTS").await?;
    let of_api = |row: &&SimpleQueryMessage| matches!(row, SimpleQueryMessage::Row(row) if row.get("user") == Some("psy_api"));
    let each = rows.iter().filter(of_api).count() as f64 / 2.0;
    let figure = Figure::new(Part::Turns, "connections of an API process", each, "");
    report.add(figure.target(Target::at_most(5.0, "connections", each)));
    Ok(())
}
