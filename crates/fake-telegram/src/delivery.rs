//! When which update goes to the webhook: the loop of telegram-bot-api's WebhookActor as a
//! value. Times are Telegram seconds and come in; nothing here waits or sends.

use std::collections::{BTreeSet, HashMap, VecDeque};

use crate::queue::Updates;

/// Seconds after the last success during which connections are opened freely.
const ACTIVE_SECS: f64 = 10.0;
/// Seconds after which an idle connection is closed.
const IDLE_SECS: f64 = 60.0;
/// Largest `Retry-After` that is respected, seconds.
const MAX_RETRY_AFTER: u32 = 3600;
/// The delay between attempts stops growing at a random value between this and twice it.
pub(crate) const MAX_DELAY: std::ops::RangeInclusive<u32> = 60..=120;

/// At most `count` events in any window of `secs`.
#[derive(Debug)]
struct Flood {
    count: usize,
    secs: f64,
    events: VecDeque<f64>,
}

impl Flood {
    fn new(count: usize, secs: f64) -> Self {
        let events = VecDeque::new();
        Self { count, secs, events }
    }

    /// Takes one event at `now`, or says when one fits.
    fn take(&mut self, now: f64) -> Result<(), f64> {
        while self.events.len() >= self.count {
            match self.events.front() {
                Some(first) if *first + self.secs > now => return Err(*first + self.secs),
                _ => self.events.pop_front(),
            };
        }
        self.events.push_back(now);
        Ok(())
    }
}

/// What one turn of the loop asks for.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Step {
    /// Updates to post now, each on a connection of its own.
    pub send: Vec<i64>,
    /// When to come back if nothing happens before.
    pub wake_at: Option<f64>,
}

/// How one attempt ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Attempt {
    /// Any 2xx.
    Accepted,
    /// Anything else, with the whole seconds of `Retry-After`, 0 where there were none.
    Failed {
        /// As the header says, not yet clamped.
        retry_after: i64,
    },
}

/// What a finished attempt did to its update.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Fate {
    Delivered,
    /// To be tried again after so many seconds.
    Retry(f64),
    /// Dropped: the next attempt would come after its life.
    Expired,
}

/// The state of the loop for one webhook.
#[derive(Debug)]
pub(crate) struct Scheduler {
    max_connections: usize,
    /// Loaded queues with the ids in them; the head may be in flight.
    loaded: HashMap<i64, VecDeque<i64>>,
    /// Queues whose head waits for its time: (time in microseconds, queue id).
    ready: BTreeSet<(u64, i64)>,
    busy: usize,
    /// When each idle connection was last used.
    idle: Vec<f64>,
    last_success: Option<f64>,
    active: Flood,
    pending: Flood,
}

impl Scheduler {
    pub fn new(max_connections: usize) -> Self {
        Self {
            max_connections,
            loaded: HashMap::new(),
            ready: BTreeSet::new(),
            busy: 0,
            idle: Vec::new(),
            last_success: None,
            active: Flood::new(10, 0.5),
            pending: Flood::new(1, 2.0),
        }
    }

    /// One turn: loads queues, opens connections, picks what to send.
    pub fn step(&mut self, updates: &mut Updates, now: f64) -> Step {
        self.load(updates, now);
        let mut step = Step { wake_at: self.connect(now), ..Step::default() };
        while let Some(&(at, queue)) = self.ready.first() {
            if at > micros(now) {
                let at = at as f64 / 1e6;
                step.wake_at = Some(step.wake_at.map_or(at, |other| other.min(at)));
                break;
            }
            if self.idle.is_empty() {
                break;
            }
            self.ready.pop_first();
            let Some(&id) = self.loaded.get(&queue).and_then(VecDeque::front) else {
                continue;
            };
            self.idle.pop();
            self.busy += 1;
            step.send.push(id);
        }
        step
    }

    /// At most twice as many queues as connections are loaded; a queue leaves when it is
    /// empty, so heads that keep failing can use up all places.
    fn load(&mut self, updates: &mut Updates, now: f64) {
        while self.loaded.len() < 2 * self.max_connections {
            let Some(id) = updates.unloaded.pop_front() else {
                return;
            };
            let Some(update) = updates.get(id) else {
                continue;
            };
            if update.expires_at < now {
                updates.remove(id);
                continue;
            }
            let queue = update.queue;
            let ids = self.loaded.entry(queue).or_default();
            if ids.is_empty() {
                self.ready.insert((micros(now), queue));
            }
            ids.push_back(id);
        }
    }

    /// Opens the connections the flood control allows; says when it allows the next.
    fn connect(&mut self, now: f64) -> Option<f64> {
        self.idle.retain(|used| *used + IDLE_SECS > now);
        let active = self.last_success.is_some_and(|at| at + ACTIVE_SECS >= now);
        let mut needed = self.loaded.len().min(self.max_connections);
        if !active {
            needed = needed.min(1);
        }
        while self.idle.len() + self.busy < needed {
            let flood = if active { &mut self.active } else { &mut self.pending };
            match flood.take(now) {
                Ok(()) => self.idle.push(now),
                Err(at) => return Some(at),
            }
        }
        None
    }

    /// Takes in the end of an attempt. `closed`: its connection is gone too. `max_delay` is
    /// drawn from [`MAX_DELAY`].
    pub fn finish(&mut self, updates: &mut Updates, id: i64, attempt: Attempt, closed: bool, max_delay: u32, now: f64) -> Fate {
        self.busy = self.busy.saturating_sub(1);
        if !closed {
            self.idle.push(now);
        }
        let fate = match attempt {
            Attempt::Accepted => {
                self.last_success = Some(now);
                Fate::Delivered
            }
            Attempt::Failed { retry_after } => match updates.get_mut(id) {
                Some(update) => schedule_retry(update, retry_after, max_delay, now),
                None => Fate::Expired,
            },
        };
        let queue = match fate {
            Fate::Retry(wait) => {
                let queue = updates.get(id).map(|update| update.queue);
                queue.map(|queue| self.ready.insert((micros(now + wait), queue)));
                return fate;
            }
            Fate::Delivered | Fate::Expired => updates.remove(id).map(|update| update.queue),
        };
        if let Some(queue) = queue
            && let Some(ids) = self.loaded.get_mut(&queue)
        {
            ids.retain(|other| *other != id);
            if ids.is_empty() {
                self.loaded.remove(&queue);
            } else {
                self.ready.insert((micros(now), queue));
            }
        }
        fate
    }
}

/// First failure at once, then 2, 4, 8 … `max_delay` seconds; `Retry-After` has precedence
/// (WebhookActor::on_update_error).
fn schedule_retry(update: &mut crate::queue::Update, retry_after: i64, max_delay: u32, now: f64) -> Fate {
    let asked = u32::try_from(retry_after.clamp(0, i64::from(MAX_RETRY_AFTER))).unwrap_or(0);
    let mut wait = asked;
    let mut delay = update.delay;
    if asked == 0 && update.fails > 0 {
        delay = max_delay.min(update.delay * 2);
        wait = delay;
    }
    if now + f64::from(wait) > update.expires_at {
        return Fate::Expired;
    }
    update.delay = delay;
    update.fails += 1;
    Fate::Retry(f64::from(wait))
}

fn micros(secs: f64) -> u64 {
    (secs * 1e6) as u64
}
