//! psycheos-sender owns outbound Telegram: the outbox, at the pace Telegram permits, in each chat's order, by any number of
//! senders at once.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

use std::{collections::HashMap, sync::Arc, time::Duration};

use anyhow::Context as _;
use db::{Keyring, Pool, outbox, wake::Channel};
use domain::BotId;
use queue::{Pulse, Slots, Tick};
use secrecy::ExposeSecret as _;
use service::{Health, HealthHandle, serve_health};
use telegram::Telegram;
use telemetry::{metrics, span};
use tokio::sync::{Notify, mpsc};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::Instrument as _;
use uuid::Uuid;

pub mod config;
pub mod delivery;
pub mod stars;
pub mod webhooks;

use config::Config;
use delivery::{Accepted, Courier};

/// Longer than the longest call (an upload, 120 s), so that a lease that ran out means a sender that died.
const LEASE: Duration = Duration::from_secs(150);
/// Danger notices and pre-checkout answers have slots of their own, so many for each bot.
const FIRST_LANE_SLOTS: usize = 8;

/// Between two looks at what waits for a pace, however often somebody wakes us meanwhile: with many chats at their limit each delivery does.
const BREATH: Duration = Duration::from_millis(10);

/// A service that is ready to run.
pub struct Sender {
    courier: Courier,
    marks: mpsc::UnboundedReceiver<Accepted>,
    bots: Arc<[BotId]>,
    direct_url: Option<String>,
    concurrency: usize,
    stars_every: Duration,
    webhook_base: Option<String>,
    internal: HealthHandle,
}

/// Builds the service; connects nothing yet.
///
/// # Errors
/// When a port cannot be bound or a setting is unsafe.
pub async fn build(config: Config) -> anyhow::Result<Sender> {
    let url = config.database.pooler_url.expose_secret();
    let pool = Pool::new(url, config.database.pool_size, Duration::from_secs(5)).context("DATABASE_URL_POOLER")?;
    let ids: Arc<[BotId]> = config.tokens.iter().map(|(bot, _)| *bot).collect();
    let mut bots = HashMap::new();
    for (bot, token) in config.tokens {
        bots.insert(bot, Telegram::new(&config.telegram_url, token).map_err(anyhow::Error::msg)?);
    }
    let (accepted, marks) = mpsc::unbounded_channel();
    let courier = Courier { pool: pool.clone(), keys: Keyring::new(config.keks), bots: Arc::new(bots), accepted };
    Ok(Sender {
        courier,
        marks,
        bots: ids,
        direct_url: config.database.direct_url.map(|url| url.expose_secret().to_owned()),
        concurrency: config.concurrency,
        stars_every: config.stars_every,
        webhook_base: config.webhook_base,
        internal: serve_health(config.internal_addr, Health::of(pool))?,
    })
}

impl Sender {
    /// Sends until told to stop; what is in hand is finished and marked.
    ///
    /// # Errors
    /// Never by itself: failures are written into the rows and retried.
    pub async fn run_until(self, stop: CancellationToken) -> anyhow::Result<()> {
        let Self { courier, marks, bots, direct_url, concurrency, stars_every, webhook_base, internal } = self;
        let tracker = TaskTracker::new();
        let first = Pulse::new(Duration::from_millis(100), Duration::from_secs(1));
        let rest = Pulse::new(Duration::from_millis(100), Duration::from_secs(1));
        // A chat's next message can be claimed as soon as the one before it is marked.
        let woken = [first.notify(), rest.notify()];
        let marking = tokio::spawn(mark_accepted(courier.pool.clone(), marks, woken));
        if let Some(url) = direct_url {
            // One connection listens for both loops.
            queue::follow(&[&first, &rest], url, Channel::Outbox, stop.clone());
        }
        tracing::info!(bots = bots.len(), "sending");
        if let Some(pro) = courier.bots.get(&BotId::Pro) {
            let copying = stars::copy_now_and_then(courier.pool.clone(), pro.clone(), stars_every, stop.clone());
            tokio::spawn(copying);
        }
        let looking =
            tokio::spawn(webhooks::look_now_and_then(courier.pool.clone(), courier.bots.clone(), webhook_base, stop.clone()));
        let rescue = tokio::spawn(rescue_now_and_then(courier.pool.clone(), stop.clone()));
        let first_shares = Shares::new(&bots, FIRST_LANE_SLOTS);
        let shares = Shares::new(&bots, concurrency.div_ceil(bots.len().max(1)).max(1));
        tokio::join!(
            lane_loop(&first, &stop, &courier, &first_shares, &[0], &tracker),
            lane_loop(&rest, &stop, &courier, &shares, &[1, 2, 3], &tracker),
        );
        tracker.close();
        tracker.wait().await;
        // The last sender of marks is gone with the courier; the batch in hand is written.
        drop(courier);
        marking.await?;
        rescue.abort();
        looking.abort();
        internal.stop(true).await;
        Ok(())
    }
}

/// Messages in flight: each bot has slots of its own, so that one whose calls Telegram holds does not keep the others waiting.
struct Shares(Vec<(BotId, Slots)>);

impl Shares {
    fn new(bots: &[BotId], of_each: usize) -> Self {
        Self(bots.iter().map(|bot| (*bot, Slots::new(of_each))).collect())
    }

    /// The bots with free slots, and how many.
    fn rooms(&self) -> Vec<(BotId, usize)> {
        let rooms = self.0.iter().map(|(bot, slots)| (*bot, slots.free()));
        rooms.filter(|(_, room)| *room > 0).collect()
    }

    /// A bot's own; a claim gives messages of these bots alone.
    fn of(&self, bot: BotId) -> Option<&Slots> {
        self.0.iter().find_map(|(whose, slots)| (*whose == bot).then_some(slots))
    }
}

async fn lane_loop(
    pulse: &Pulse,
    stop: &CancellationToken,
    courier: &Courier,
    shares: &Shares,
    lanes: &[i16],
    tracker: &TaskTracker,
) {
    let woken = pulse.notify();
    pulse
        .run(stop, async || {
            let rooms = shares.rooms();
            if rooms.is_empty() {
                return Tick::default();
            }
            match claim(courier, &rooms, lanes).await {
                Ok((claimed, next_in)) => {
                    let taken = claimed.len();
                    for message in claimed {
                        let Some(slots) = shares.of(message.bot) else { continue };
                        let courier = courier.clone();
                        slots.begin(tracker, &woken, async move { courier.deliver(message).await }).await;
                    }
                    if taken == 0 && next_in.is_some() {
                        tokio::time::sleep(BREATH).await;
                    }
                    Tick { taken, next_in }
                }
                Err(error) => {
                    tracing::warn!(code = error.code(), reason = %error, "nothing could be claimed");
                    Tick { next_in: Some(Duration::from_secs(1)), ..Tick::default() }
                }
            }
        })
        .await;
}

async fn claim(
    courier: &Courier,
    rooms: &[(BotId, usize)],
    lanes: &[i16],
) -> Result<(Vec<outbox::ClaimedMessage>, Option<Duration>), db::DbError> {
    let mut conn = courier.pool.get().await?;
    let claimed = outbox::claim(&mut conn, rooms, lanes, Uuid::new_v4(), LEASE).await?;
    let next_in = if claimed.is_empty() && lanes != [0] {
        let bots: Vec<BotId> = rooms.iter().map(|(bot, _)| *bot).collect();
        let ms = outbox::next_due_ms(&mut conn, &bots).await?;
        ms.map(|ms| Duration::from_millis(u64::try_from(ms).unwrap_or(0) + 1))
    } else {
        None
    };
    Ok((claimed, next_in))
}

/// Marks accepted messages in batches: one statement for all that were accepted meanwhile.
async fn mark_accepted(pool: Pool, mut marks: mpsc::UnboundedReceiver<Accepted>, woken: [Arc<Notify>; 2]) {
    let mut batch = Vec::new();
    while marks.recv_many(&mut batch, 100).await > 0 {
        let mut attempt = 0;
        let span = span::settle(batch.iter().filter_map(|accepted| accepted.traceparent.as_deref()));
        let rows: Vec<_> = batch.iter().map(|accepted| (accepted.id, accepted.lease, accepted.number)).collect();
        loop {
            let writing = async { outbox::finish_sent(&mut *pool.get().await?, &rows).await };
            let written = writing.instrument(span.clone()).await;
            match written {
                Ok(count) => {
                    if count < batch.len() {
                        metrics::fenced_out("outbox", batch.len() - count);
                        tracing::warn!(fenced_out = batch.len() - count, "messages whose lease was lost");
                    }
                    break;
                }
                Err(error) if attempt < 20 => {
                    attempt += 1;
                    tracing::warn!(code = error.code(), reason = %error, "marks are written again");
                    tokio::time::sleep(queue::backoff(attempt, Duration::from_millis(100), Duration::from_secs(5), 1.0)).await;
                }
                Err(error) => {
                    tracing::error!(code = error.code(), lost = batch.len(), "marks could not be written");
                    break;
                }
            }
        }
        batch.clear();
        woken.iter().for_each(|pulse| pulse.notify_one());
    }
}

async fn rescue_now_and_then(pool: Pool, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(Duration::from_secs(5)) => {}
        }
        let rescued = async { outbox::rescue(&mut *pool.get().await?).await }.await;
        match rescued {
            Ok(0) => {}
            Ok(count) => tracing::warn!(count, "messages taken back from a sender that died"),
            Err(error) => tracing::warn!(code = error.code(), reason = %error, "nothing could be taken back"),
        }
    }
}
