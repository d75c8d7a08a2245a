//! Metrics that are read from the database, and the watch over the clock's service.
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use db::{DbError, Pool, alerts, vitals};
use telemetry::metrics::{VITALS_UP, Vital};
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

/// Whoever asks more often gets what was read last.
const FRESH: Duration = Duration::from_secs(5);
/// How often the clock's service is looked at.
const LOOK: Duration = Duration::from_secs(60);

/// What was read last, and when.
type Last = Option<(Instant, Vec<Vital>)>;

/// What was read from the database, and when. Cloning shares it.
#[derive(Clone)]
pub struct Vitals {
    pool: Pool,
    last: Arc<Mutex<Last>>,
}

impl Vitals {
    /// Reads with these connections.
    #[must_use]
    pub fn of(pool: Pool) -> Self {
        Self { pool, last: Arc::default() }
    }

    /// Everything that is read from the database, at most some seconds old; without it, that it does not answer.
    pub async fn look(&self) -> Vec<Vital> {
        let mut last = self.last.lock().await;
        if let Some((at, vitals)) = &*last
            && at.elapsed() < FRESH
        {
            return vitals.clone();
        }
        let up = |value| Vital { name: VITALS_UP.into(), labels: vec![], value };
        match self.read().await {
            Ok(mut vitals) => {
                vitals.push(up(1.0));
                *last = Some((Instant::now(), vitals.clone()));
                vitals
            }
            Err(error) => {
                tracing::warn!(code = error.code(), reason = %error, "what is measured in the database was not read");
                *last = None;
                vec![up(0.0)]
            }
        }
    }

    async fn read(&self) -> Result<Vec<Vital>, DbError> {
        vitals::list(&mut *self.pool.get().await?).await
    }
}

/// Tells the operator when the clock's service is silent for longer than three of its periods: it cannot say so itself.
pub async fn watch_clock(pool: Pool, period: Duration, stop: CancellationToken) {
    let longest = i64::try_from(period.as_secs() * 3).unwrap_or(i64::MAX);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK.min(period)) => {}
        }
        let told = async {
            let mut conn = pool.get().await?;
            for task in vitals::list_silent(&mut conn, longest).await? {
                tracing::error!(task, code = "cron_silent", "a task of the clock's service is silent");
                alerts::insert_once(&mut conn, "cron_silent", &task).await?;
            }
            Ok::<_, DbError>(())
        };
        if let Err(error) = told.await {
            tracing::warn!(code = error.code(), reason = %error, "the clock's service was not looked at");
        }
    }
}
