//! `make chaos`: the same conversations while services die, links break, servers crash and both stand-ins misbehave; then everything is
//! healed, comes to rest, and is checked.
use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use fake_claude::{FakeClaude, FaultKind as ClaudeFault};
use fake_telegram::{FakeTelegram, Fault, LogKind};
use serde::Serialize;
use test_kit::{ADMIN, Fault as LinkFault, PgBouncer, Postgres, Proxy, Services, Setting, connect};
use tokio::{sync::Mutex, task::JoinHandle};

use crate::{
    checker::{self, Broken, Expected, Findings},
    ground::{DATABASE, Ground, Shape},
    load::live,
    people::{CHATS, Patience},
    plan::{Death, Disaster, Plan, Trance},
    watch::Watch,
};

/// Conversations of a run.
const CHATS_AT_ONCE: usize = 30;
/// The practices begin within this time, so that there is something to be hit while faults last.
const OVER: Duration = Duration::from_secs(35);
/// A worker's or sender's lease is ten seconds here: after this long in trance it is lost.
const TRANCE: Duration = Duration::from_secs(12);
/// A link that lets nothing through.
const HOLE: Duration = Duration::from_secs(15);
/// A copy that does not come to its death point by then is killed like any other.
const POINT: Duration = Duration::from_millis(2500);
/// How long everything may take to come to rest after the last fault.
const REST: Duration = Duration::from_secs(90);
/// Tables stay smaller than this, segments of the server's log become larger. A table that may not grow says so under a number that a
/// full disk does not have.
const LARGEST_FILE: u64 = 2 << 20;
/// The variable that names a death point.
const DIE_AT: &str = "PSYCHEOS_DIE_AT";
/// Connections to the server: the pools of two copies of api, worker and sender and of one psycheos-cron, and one for LISTEN of each
/// worker and sender.
const BUDGET: i64 = 2 * (5 + 4 + 2) + 1 + 4;

/// What came of it.
#[derive(Debug, Serialize)]
pub struct Chaos {
    /// From which everything follows.
    pub seed: u64,
    /// Seconds until everything had come to rest.
    pub seconds: f64,
    /// Acts of all people, and how many of them had to be repeated.
    pub acts: [usize; 2],
    /// Runs that failed so often that their specialist has canceled them.
    pub given_up: usize,
    /// What was done, in order.
    pub done: Vec<String>,
    /// Most connections to the server at one time.
    pub connections: i64,
    /// Longest time a transaction was seen idle, in seconds.
    pub longest_idle: f64,
    /// Longest time in which updates were delivered and none was acknowledged, in seconds.
    pub longest_recovery: f64,
    /// What was found.
    pub findings: Findings,
}

/// A run.
///
/// # Errors
/// The platform does not start, or cannot be healed.
pub async fn run(folder: &Path, seed: u64) -> Result<Chaos> {
    faketime()?;
    let plan = Plan::of(seed);
    let practices = CHATS_AT_ONCE / CHATS;
    let shape = Shape { durable: true, limits: true, time_scale: 0.1, practices, short_leases: true };
    let mut ground = Ground::start(folder, shape).await?;
    let watch = Watch::begin(ground.postgres.url(DATABASE, ADMIN), ground.telegram.clone(), ground.pids());
    let patience =
        Patience { reading: Duration::from_millis(300), again: Duration::from_secs(3), lost: Duration::from_secs(120) };
    let (telegram, claude) = (ground.telegram.clone(), ground.claude.clone());
    for (kind, chance) in &plan.telegram {
        telegram.add_fault(Fault::next(kind.clone()).times(0).with_chance(*chance));
    }
    let url = ground.postgres.url(DATABASE, ADMIN);
    let world = World {
        services: Mutex::new(&mut ground.services),
        links: &ground.links,
        url: url.clone(),
        pauses: &plan.pauses,
        began: Instant::now(),
        done: Mutex::default(),
    };
    let clock = clock(folder, ground.setting.clone());
    let faults = async {
        let all = tokio::try_join!(
            world.deaths(&plan.deaths),
            world.trances(&plan.trances),
            world.disasters(&plan, &mut ground.postgres, &mut ground.pooler),
            world.claude_fails(&plan.claude, &claude),
        );
        telegram.remove_faults(None);
        claude.heal();
        world.note("everything is healed".to_owned()).await;
        all.map(drop)
    };
    let (lived, healed) = tokio::join!(live(&telegram, practices, patience, OVER), faults);
    healed?;
    let (began, done) = (world.began, world.done.into_inner());
    ground.admin = connect(&url).await?;
    let open = ground.drain(REST).await?;
    clock.abort();
    let cron = ground.cron().await;
    let looks = watch.end();
    let mut findings = checker::check(&ground.admin, &telegram, Expected::default()).await?;
    findings.broken.extend(lived.iter().filter_map(|one| one.lost.clone()).map(|what| Broken { id: "LOST", what }));
    findings.broken.extend(cron.err().map(|error| Broken { id: "CRON", what: format!("{error:#}") }));
    findings.broken.extend(open.map(|what| Broken { id: "OPEN", what }));
    let most = looks.iter().map(|look| look.connections.values().sum::<i64>()).max().unwrap_or_default();
    if most > BUDGET {
        findings.broken.push(Broken { id: "BUDGET", what: format!("{most} connections to the server, {BUDGET} are allowed") });
    }
    let report = Chaos {
        seed,
        seconds: began.elapsed().as_secs_f64(),
        acts: [lived.iter().map(|one| one.waited.len() + one.repeated).sum(), lived.iter().map(|one| one.repeated).sum()],
        given_up: lived.iter().filter(|one| one.given_up).count(),
        done,
        longest_recovery: longest_recovery(&telegram),
        connections: most,
        longest_idle: looks.iter().map(|look| look.idle_in_transaction).fold(0.0, f64::max),
        findings,
    };
    ground.stop().await?;
    Ok(report)
}

/// The library that lies about the time.
fn faketime() -> Result<PathBuf> {
    let folders = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    let mut libraries = folders.map(|folder| folder.path().join("faketime/libfaketime.so.1"));
    libraries.find(|library| library.is_file()).context("libfaketime is not installed: make test-tools")
}

/// psycheos-cron, every few seconds; a run that fails is followed by the next.
fn clock(folder: &Path, setting: Setting) -> JoinHandle<()> {
    let logs = folder.join("logs");
    tokio::spawn(async move {
        loop {
            if let (Ok(programs), Ok(env)) = (Services::new(&logs), setting.env("psycheos-cron")) {
                // F1: some of its runs are killed.
                let _ = tokio::time::timeout(Duration::from_millis(1500), programs.run_once("psycheos-cron", &[], &env)).await;
            }
            tokio::time::sleep(Duration::from_secs(4)).await;
        }
    })
}

/// What faults are done to.
struct World<'a> {
    services: Mutex<&'a mut Services>,
    links: &'a BTreeMap<&'static str, Proxy>,
    url: String,
    pauses: &'a [Duration],
    began: Instant,
    done: Mutex<Vec<String>>,
}

impl World<'_> {
    async fn note(&self, what: String) {
        self.done.lock().await.push(format!("{:6.1} s  {what}", self.began.elapsed().as_secs_f64()));
    }

    /// The nth pause.
    async fn pause(&self, nth: usize) {
        tokio::time::sleep(self.pauses.get(nth % self.pauses.len().max(1)).copied().unwrap_or_default()).await;
    }

    async fn deaths(&self, deaths: &[Death]) -> Result<()> {
        for (nth, death) in deaths.iter().enumerate() {
            self.pause(nth).await;
            self.note(format!("{death:?}")).await;
            match death {
                Death::Kill(copy, away) => {
                    self.services.lock().await.kill(copy).await?;
                    tokio::time::sleep(*away).await;
                    self.services.lock().await.restart(copy).await?;
                }
                Death::At(copy, point) => {
                    // It may come to the point before it is ready.
                    let _ = self.services.lock().await.restart_with(copy, DIE_AT, Some(point)).await;
                    let until = Instant::now() + POINT;
                    while Instant::now() < until && self.services.lock().await.is_running(copy) {
                        tokio::time::sleep(Duration::from_millis(50)).await;
                    }
                    self.services.lock().await.restart_with(copy, DIE_AT, None).await?;
                }
            }
        }
        Ok(())
    }

    async fn trances(&self, trances: &[Trance]) -> Result<()> {
        for (nth, trance) in trances.iter().enumerate() {
            self.pause(nth + 5).await;
            self.note(format!("{trance:?}")).await;
            match trance {
                Trance::BlackHole(copy) | Trance::LinkDown(copy) => {
                    let link = self.links.get(copy).context("no such link")?;
                    link.set(if matches!(trance, Trance::LinkDown(_)) { LinkFault::LinkDown } else { LinkFault::BlackHole })?;
                    tokio::time::sleep(HOLE).await;
                    link.heal()?;
                }
                Trance::Clock(copy, hours) => {
                    let (library, time) = (format!("LD_PRELOAD={}", faketime()?.display()), format!("FAKETIME={hours:+}h"));
                    let under = ["env", &library, &time, "FAKETIME_DONT_FAKE_MONOTONIC=1"];
                    self.services.lock().await.restart_under(copy, &under).await?;
                    tokio::time::sleep(TRANCE).await;
                    self.services.lock().await.restart_under(copy, &[]).await?;
                }
                Trance::Freeze(copy) => {
                    self.services.lock().await.freeze(copy)?;
                    tokio::time::sleep(TRANCE).await;
                    self.services.lock().await.thaw(copy)?;
                }
            }
        }
        Ok(())
    }

    async fn disasters(&self, plan: &Plan, postgres: &mut Postgres, pooler: &mut PgBouncer) -> Result<()> {
        let in_trance = |copy: &str| plan.trances.iter().any(|trance| trance.copy() == copy);
        for (nth, disaster) in plan.disasters.iter().enumerate() {
            self.pause(nth + 10).await;
            self.note(format!("{disaster:?}")).await;
            match disaster {
                Disaster::Crash => {
                    postgres.crash().await?;
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    postgres.start_again().await?;
                }
                Disaster::Cut => {
                    for cut in 0..4 {
                        self.pause(nth + cut).await;
                        let query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename LIKE 'psy\\_%'";
                        connect(&self.url).await?.query(query, &[]).await?;
                    }
                }
                Disaster::PoolerDies => {
                    pooler.kill().await?;
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    pooler.restart().await?;
                }
                Disaster::PoolerPauses => {
                    pooler.pause().await?;
                    tokio::time::sleep(Duration::from_secs(4)).await;
                    pooler.resume().await?;
                }
                Disaster::Slow(ms) => {
                    // The link of one in trance may be a black hole, which this would heal.
                    let links: Vec<&Proxy> =
                        self.links.iter().filter(|(copy, _)| !in_trance(copy)).map(|(_, link)| link).collect();
                    links.iter().try_for_each(|link| link.set(LinkFault::Delay(Duration::from_millis(*ms))))?;
                    tokio::time::sleep(Duration::from_secs(4)).await;
                    links.iter().try_for_each(|link| link.heal())?;
                }
                Disaster::Lock(table) => {
                    let query =
                        format!("BEGIN; LOCK TABLE psycheos.{table} IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(5); COMMIT");
                    connect(&self.url).await?.batch_execute(&query).await?;
                }
                Disaster::DiskFull => disk_full(postgres).await?,
            }
        }
        Ok(())
    }

    /// One fault after the other, each for whichever request comes next.
    async fn claude_fails(&self, faults: &[ClaudeFault], claude: &FakeClaude) -> Result<()> {
        for (nth, kind) in faults.iter().enumerate() {
            self.pause(nth + 3).await;
            self.note(format!("Claude: {kind:?}")).await;
            claude.add_fault(fake_claude::Fault::once(*kind));
        }
        Ok(())
    }
}

/// The server's log cannot grow, as on a full disk; then there is room again. A server that has given up meanwhile is started.
async fn disk_full(postgres: &mut Postgres) -> Result<()> {
    postgres.limit_files(Some(LARGEST_FILE))?;
    tokio::time::sleep(Duration::from_secs(3)).await;
    if postgres.is_running()? {
        postgres.limit_files(None)?;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    if postgres.is_running()? { Ok(()) } else { postgres.start_again().await }
}

/// The longest time between two acknowledged deliveries in which one was not acknowledged, in seconds.
fn longest_recovery(telegram: &FakeTelegram) -> f64 {
    let (mut last, mut failed, mut longest) = (0, false, 0);
    for entry in telegram.log_after(0).iter().filter(|entry| entry.kind == LogKind::Delivery) {
        if entry.status == Some(200) {
            if failed {
                longest = longest.max(entry.at_ms - last);
            }
            (last, failed) = (entry.at_ms, false);
        } else {
            failed = last > 0;
        }
    }
    Duration::from_millis(u64::try_from(longest).unwrap_or_default()).as_secs_f64()
}

impl fmt::Display for Chaos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = &self.findings.counts;
        writeln!(f, "seed {}, {:.0} s", self.seed, self.seconds)?;
        self.done.iter().try_for_each(|what| writeln!(f, "  {what}"))?;
        writeln!(f, "  acts of people, repeated    {}, {}", self.acts[0], self.acts[1])?;
        writeln!(f, "  runs that were given up     {}", self.given_up)?;
        let [sent, acknowledged, effect] = [counts.updates_sent, counts.updates_acknowledged, counts.updates_with_effect];
        writeln!(f, "  updates                     {sent} sent, {acknowledged} acknowledged, {effect} with effect")?;
        writeln!(f, "  operations                  {:?}, drift {} ★", counts.operations, counts.ledger_drift_stars)?;
        writeln!(f, "  jobs                        {:?}", counts.jobs)?;
        let [lost, reordered, silent] = [counts.lost, counts.reordered, counts.doubled_unflagged];
        writeln!(
            f,
            "  messages                    {} delivered; {lost} lost, {reordered} reordered, {silent} doubled silently, {} flagged",
            counts.deliveries, counts.doubled_flagged
        )?;
        writeln!(f, "  connections, longest idle   {}, {:.1} s in a transaction", self.connections, self.longest_idle)?;
        writeln!(f, "  longest recovery            {:.1} s", self.longest_recovery)?;
        write!(f, "{}", self.findings)
    }
}
