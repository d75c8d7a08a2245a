//! The loop shared by worker and sender: claim what is there, wait for a signal or a moment, stop when told to.
//!
//! A signal (`LISTEN` on the direct address) makes it quick, polling makes it sure: there is no `LISTEN` through a
//! transaction-mode pooler, and signals can be lost.
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use db::wake::{Channel, listen};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

mod slots;

pub use slots::Slots;

/// The longest pause while no signal can come.
const DEAF: Duration = Duration::from_millis(200);

/// How a loop waits when there is nothing to do.
#[derive(Clone, Debug)]
pub struct Pulse {
    woken: Arc<Notify>,
    listening: Arc<AtomicBool>,
    shortest: Duration,
    longest: Duration,
}

impl Pulse {
    /// A pulse that polls after `shortest`, then ever more slowly up to `longest` while nothing happens; as long as nobody listens for
    /// signals, at least every 200 ms.
    #[must_use]
    pub fn new(shortest: Duration, longest: Duration) -> Self {
        Self { woken: Arc::default(), listening: Arc::default(), shortest, longest }
    }

    /// What ends a wait early: a signal from outside, or a slot that became free inside.
    #[must_use]
    pub fn notify(&self) -> Arc<Notify> {
        Arc::clone(&self.woken)
    }

    /// The longest pause there may be now.
    fn longest(&self) -> Duration {
        if self.listening.load(Ordering::Relaxed) { self.longest } else { self.longest.min(DEAF) }
    }

    /// Calls `tick` until `stop`. A tick returns how much it took and, if it knows, how long until there is something to do
    /// again; whoever has done what was taken wakes it.
    pub async fn run<F>(&self, stop: &CancellationToken, mut tick: F)
    where
        F: AsyncFnMut() -> Tick,
    {
        let mut pause = self.shortest;
        while !stop.is_cancelled() {
            let tick = tick().await;
            if tick.taken > 0 {
                pause = self.shortest;
            }
            let wait = tick.next_in.map_or(pause, |next| next.min(pause)).min(self.longest()).max(Duration::from_millis(1));
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.woken.notified() => pause = self.shortest,
                () = tokio::time::sleep(wait) => pause = (pause * 2).min(self.longest()),
            }
        }
    }
}

/// Wakes `pulses` by the signals on `channel` until `stop`, over one connection that is made again whenever it is lost.
pub fn follow(pulses: &[&Pulse], direct_url: String, channel: Channel, stop: CancellationToken) {
    let pulses: Vec<Pulse> = pulses.iter().map(|pulse| (*pulse).clone()).collect();
    tokio::spawn(async move {
        let listens = |whether| pulses.iter().for_each(|pulse| pulse.listening.store(whether, Ordering::Relaxed));
        let wake = || {
            listens(true);
            pulses.iter().for_each(|pulse| pulse.woken.notify_one());
        };
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                result = listen(&direct_url, channel, &wake) => {
                    listens(false);
                    if let Err(error) = result {
                        tracing::warn!(code = error.code(), ?channel, "signals lost, polling goes on");
                    }
                }
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(Duration::from_secs(1)) => {}
            }
        }
    });
}

/// What a tick did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tick {
    /// Rows it claimed.
    pub taken: usize,
    /// When there will be something to do, if it is known.
    pub next_in: Option<Duration>,
}

/// Exponential backoff with full jitter: a random duration up to `base · 2^(attempt-1)`, at most `cap`, at least a tenth of
/// that bound (Brooker, "Exponential Backoff And Jitter", 2015, with a floor).
#[must_use]
pub fn backoff(attempt: i32, base: Duration, cap: Duration, random: f64) -> Duration {
    let doublings = u32::try_from(attempt.saturating_sub(1)).unwrap_or(0).min(16);
    let bound = base.saturating_mul(1 << doublings).min(cap);
    bound.mul_f64(random.clamp(0.1, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loop_that_hears_no_signal_looks_more_often() {
        let pulse = Pulse::new(Duration::from_millis(100), Duration::from_secs(1));
        assert_eq!(pulse.longest(), DEAF);
        pulse.listening.store(true, Ordering::Relaxed);
        assert_eq!(pulse.longest(), Duration::from_secs(1));
        let quick = Pulse::new(Duration::from_millis(10), Duration::from_millis(50));
        assert_eq!(quick.longest(), Duration::from_millis(50));
    }

    #[test]
    fn backoff_grows_to_its_cap_and_never_reaches_zero() {
        let (base, cap) = (Duration::from_secs(2), Duration::from_secs(60));
        assert_eq!(backoff(1, base, cap, 1.0), Duration::from_secs(2));
        assert_eq!(backoff(3, base, cap, 1.0), Duration::from_secs(8));
        assert_eq!(backoff(30, base, cap, 1.0), cap);
        assert_eq!(backoff(1, base, cap, 0.0), Duration::from_millis(200));
    }
}
