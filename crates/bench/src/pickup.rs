//! How long a job waits while nothing else is to do: from its insertion to its start.
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use db::{
    Pool,
    jobs::NewJob,
    wake::{Channel, Waker},
};
use domain::{BotId, ChatId, JobId, ServiceId};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    figure::{Figure, Part, Report, Target},
    ground::Ground,
    jobs::{CONNECTIONS, KIND, pulse, work},
    spread::Spread,
};

/// The worker's longest pause between two looks, and a bit: whoever waited so long is idle.
const IDLE: Duration = Duration::from_millis(1200);

/// Measures with and without signals.
///
/// # Errors
/// When a job is not started within ten seconds.
pub async fn measure(ground: &Ground, report: &mut Report) -> Result<()> {
    ground.clear().await?;
    let spread = Spread::of(listening(ground, 200).await?);
    let figure = Figure::of_durations(Part::Jobs, "insert to start, idle, with LISTEN", spread);
    report.add(figure.target(Target::at_most(20.0, "ms, p99", spread.p99_ms)));
    // Waiting is all that is measured here, and a grown database does not change it.
    if !ground.grown {
        let spread = Spread::of(picked_up(ground, false, 20, IDLE).await?);
        let figure = Figure::of_durations(Part::Jobs, "insert to start, idle, polling alone", spread);
        report.add(figure.target(Target::at_most(250.0, "ms, p99", spread.p99_ms)));
    }
    ground.clear().await
}

/// From insertion to start with signals.
///
/// # Errors
/// When a job is not started within ten seconds.
pub async fn listening(ground: &Ground, samples: u64) -> Result<Vec<Duration>> {
    picked_up(ground, true, samples, Duration::ZERO).await
}

/// One worker, and somebody who asks.
async fn picked_up(ground: &Ground, listening: bool, samples: u64, idle: Duration) -> Result<Vec<Duration>> {
    let (stop, pulse) = (CancellationToken::new(), pulse());
    if listening {
        queue::follow(&[&pulse], ground.direct_url("psy_worker"), Channel::Jobs, stop.clone());
    }
    let pool = Pool::new(&ground.pooled_url("psy_worker"), CONNECTIONS, Duration::from_secs(10))?;
    let (started, starts) = mpsc::unbounded_channel();
    let asking = async {
        let taken = ask(ground, starts, samples, idle).await;
        stop.cancel();
        taken
    };
    let (taken, ()) = tokio::join!(asking, work(&pool, &pulse, &stop, started));
    taken
}

/// As the API does: a job is inserted in a transaction, and a signal follows its commit.
async fn ask(
    ground: &Ground,
    mut starts: mpsc::UnboundedReceiver<Instant>,
    samples: u64,
    idle: Duration,
) -> Result<Vec<Duration>> {
    let pool = Pool::new(&ground.pooled_url("psy_api"), 2, Duration::from_secs(10))?;
    let waker = Waker::start(&pool);
    let mut taken = Vec::new();
    for n in 0..samples + 3 {
        // Uneven pauses, so that no rhythm meets that of the polling.
        let uneven = if idle.is_zero() { 30 + (n * 37) % 101 } else { (n * 373) % 2003 };
        tokio::time::sleep(idle + Duration::from_millis(uneven)).await;
        let began = Instant::now();
        insert(&pool).await?;
        waker.wake(Channel::Jobs);
        let start =
            tokio::time::timeout(Duration::from_secs(10), starts.recv()).await.context("no start")?.context("no worker")?;
        // The first ones find no connections yet.
        if n >= 3 {
            taken.push(start.duration_since(began));
        }
    }
    Ok(taken)
}

async fn insert(pool: &Pool) -> Result<()> {
    let mut tx = pool.begin().await?;
    let job = JobId(Uuid::now_v7());
    let new = NewJob {
        job,
        kind: KIND,
        service: ServiceId::Screen,
        conversation: Some((BotId::Screen, ChatId(1))),
        case: None,
        run: None,
        requester: None,
        payload: [vec![1], vec![0; 128]].concat(),
        key: format!("job:bench:{job}"),
    };
    db::jobs::insert(&mut tx, new, None).await?;
    tx.commit().await?;
    Ok(())
}
