//! Jobs that do nothing, from their claim to their end, by the functions and in the order of the worker.
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use db::{
    DbError, Pool,
    jobs::{self, ClaimedJob},
};
use queue::{Pulse, Slots, Tick};
use tokio::sync::mpsc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use uuid::Uuid;

use crate::{
    figure::{Figure, Part, Report, Target},
    ground::{Ground, id_at},
    pgbench::{self, Length, Protocol},
    rounds::Rounds,
};

/// No worker knows this kind.
pub const KIND: &str = "bench";
/// The worker's own lease, slots and connections.
const LEASE: Duration = Duration::from_secs(60);
/// Jobs a worker has at the same time.
pub const SLOTS: usize = 8;
/// Connections a worker has.
pub const CONNECTIONS: usize = 4;
/// What one figure is called.
pub const AS_WORKER: &str = "8 at a time over 4 connections, as a worker";
/// More jobs than are worked on in a second, to be sure that some are left.
const ENOUGH: u64 = 9000;

/// Measures both ways of working beside their bounds.
///
/// # Errors
/// When a job is lost.
pub async fn measure(ground: &Ground, rounds: Rounds, report: &mut Report) -> Result<()> {
    let mut measured = Vec::new();
    for _ in 0..rounds.count {
        measured.push((one_by_one(ground, rounds.secs).await?, bound(ground, rounds.secs, 1, 1).await?));
    }
    add(report, "one by one over one connection", measured);
    let mut measured = Vec::new();
    for _ in 0..rounds.count {
        measured
            .push((as_worker(ground, rounds.secs, CONNECTIONS).await?, bound(ground, rounds.secs, CONNECTIONS, SLOTS).await?));
    }
    add(report, AS_WORKER, measured);
    ground.clear().await
}

fn add(report: &mut Report, what: &str, measured: Vec<(f64, f64)>) {
    let Some((rate, bound)) = Rounds::middle(measured, |(rate, bound)| rate / bound) else { return };
    let figure = Figure::new(Part::Jobs, what, rate, "jobs/s").beside("pgbench", bound, None);
    let ratio = figure.ratio();
    report.add(figure.target(Target::at_least(0.6, "of the bound", ratio)));
}

/// Jobs a second over one connection, each claimed and ended before the next.
async fn one_by_one(ground: &Ground, secs: u64) -> Result<f64> {
    fill(ground, secs).await?;
    let pool = Pool::new(&ground.pooled_url("psy_worker"), 1, Duration::from_secs(10))?;
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(secs) {
        for job in claim(&pool, 1).await? {
            finish(&pool, job).await?;
        }
    }
    Ok(worked(ground).await? / began.elapsed().as_secs_f64())
}

/// Jobs a second of the worker's loop over so many connections.
///
/// # Errors
/// When a job is lost.
pub async fn as_worker(ground: &Ground, secs: u64, connections: usize) -> Result<f64> {
    fill(ground, secs).await?;
    let pool = Pool::new(&ground.pooled_url("psy_worker"), connections, Duration::from_secs(10))?;
    let (stop, pulse) = (CancellationToken::new(), pulse());
    let stopping = stop.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(secs)).await;
        stopping.cancel();
    });
    let (started, _starts) = mpsc::unbounded_channel();
    let began = Instant::now();
    work(&pool, &pulse, &stop, started).await;
    Ok(worked(ground).await? / began.elapsed().as_secs_f64())
}

/// The worker's pulse.
#[must_use]
pub fn pulse() -> Pulse {
    Pulse::new(Duration::from_millis(100), Duration::from_secs(1))
}

/// The worker's loop around jobs that do nothing: what is free is claimed, each job ends in a transaction of its own. Tells of each start.
pub async fn work(pool: &Pool, pulse: &Pulse, stop: &CancellationToken, started: mpsc::UnboundedSender<Instant>) {
    let tracker = TaskTracker::new();
    let slots = Slots::new(SLOTS);
    let woken = pulse.notify();
    pulse
        .run(stop, async || {
            let room = slots.free();
            if room == 0 {
                return Tick::default();
            }
            // An error shows as jobs that are missing at the end.
            let Ok(claimed) = claim(pool, room).await else { return Tick::default() };
            let taken = claimed.len();
            for job in claimed {
                let (pool, started) = (pool.clone(), started.clone());
                let work = async move {
                    // Nobody listens where only the rate counts.
                    let _ = started.send(Instant::now());
                    let _ = finish(&pool, job).await;
                };
                slots.begin(&tracker, &woken, work).await;
            }
            Tick { taken, next_in: None }
        })
        .await;
    tracker.close();
    tracker.wait().await;
}

async fn claim(pool: &Pool, room: usize) -> Result<Vec<ClaimedJob>, DbError> {
    let mut conn = pool.get().await?;
    jobs::claim(&mut conn, &[KIND], room, Uuid::new_v4(), LEASE).await
}

async fn finish(pool: &Pool, job: ClaimedJob) -> Result<(), DbError> {
    let mut tx = pool.begin().await?;
    if !jobs::finish(&mut tx, job.job, job.lease, None).await? {
        return tx.rollback().await;
    }
    tx.commit().await
}

/// Enough jobs for so many seconds, each of a chat of its own.
async fn fill(ground: &Ground, secs: u64) -> Result<()> {
    ground.clear().await?;
    let insert = format!(
        "INSERT INTO psycheos.jobs (job_id, kind, service_id, bot_id, chat_id, payload, idempotency_key) \
         SELECT {}, '{KIND}', 'screen', 'screen', n, '\\x01'::bytea || sha512('') || sha512(''), 'job:bench:' || gen_random_uuid() \
         FROM generate_series(1, {}) n",
        id_at("clock_timestamp()"),
        secs * ENOUGH
    );
    for statement in [insert.as_str(), "VACUUM ANALYZE psycheos.jobs"] {
        ground.admin.batch_execute(statement).await?;
    }
    Ok(())
}

/// How many jobs are done; some must be left, and none may be between.
async fn worked(ground: &Ground) -> Result<f64> {
    let of = |status: &str| format!("SELECT count(*) FROM psycheos.jobs WHERE kind = '{KIND}' AND status = '{status}'");
    let left = ground.count(&of("queued")).await?;
    ensure!(left > 0, "the jobs were too few");
    let running = ground.count(&of("running")).await?;
    ensure!(running == 0, "{running} jobs have no end");
    Ok(ground.count(&of("done")).await? as f64)
}

/// Jobs a second of pgbench: each client claims `batch` jobs with one statement and ends each in a transaction of its own.
async fn bound(ground: &Ground, secs: u64, clients: usize, batch: usize) -> Result<f64> {
    fill(ground, secs).await?;
    // Claims of one client follow each other, so that one lease will do.
    let lease = "lpad(to_hex(:client_id::bigint + 1), 32, '0')::uuid";
    let mut script = format!(
        "SELECT array_agg(job_id) AS jobs, count(kind || service_id || chat_id || payload::text || attempt_count || waited_ms) AS seen \
         FROM psycheos.jobs_claim(ARRAY['{KIND}'], {batch}, {lease}, 60) \\gset\n"
    );
    for at in 1..=batch {
        script.push_str(&format!(
            "\\startpipeline\nBEGIN;\nSELECT psycheos.jobs_finish((:jobs::uuid[])[{at}], {lease}, 'done', NULL) AS held;\n\\endpipeline\n\
             \\startpipeline\nSET CONSTRAINTS ALL IMMEDIATE;\nCOMMIT;\n\\endpipeline\n"
        ));
    }
    let bound =
        pgbench::run(&ground.pooled_url("psy_worker"), Protocol::Extended, &script, clients, Length::Secs(secs), &[]).await?;
    worked(ground).await?;
    Ok(bound.rate * batch as f64)
}
