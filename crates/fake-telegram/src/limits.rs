//! Flood control: a pace per chat and per bot, held on the server before it is refused.

use std::collections::HashMap;

/// Seconds the server itself waits before it answers 429.
const HOLD_SECS: f64 = 8.0;
/// Seconds between two messages to one private chat, and how many may come at once.
const CHAT: Pace = Pace { every: 1.0, burst: 3.0 };
/// Seconds between two messages of one bot, and how many may come at once.
const BOT: Pace = Pace { every: 1.0 / 30.0, burst: 30.0 };
/// Seconds by which a freeze grows with each call made while it lasts.
const PENALTY_SECS: f64 = 1.0;

struct Pace {
    every: f64,
    burst: f64,
}

/// A leaky bucket: `full_at` is when the last admitted message is paid for.
#[derive(Debug, Default, Clone, Copy)]
struct Bucket {
    full_at: f64,
    frozen_until: f64,
}

impl Bucket {
    /// Seconds until one more message fits.
    fn wait(&self, pace: &Pace, now: f64) -> f64 {
        let paid = self.full_at.max(now) + pace.every;
        (paid - now - pace.every * pace.burst).max(0.0)
    }

    fn take(&mut self, pace: &Pace, now: f64) {
        self.full_at = self.full_at.max(now) + pace.every;
    }
}

/// What flood control says to a call.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Verdict {
    /// Admitted after this many Telegram seconds, 0 for at once.
    Hold(f64),
    /// Refused; the scope is frozen for this many Telegram seconds.
    Refuse(f64),
}

/// Buckets of all chats and bots.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    chats: HashMap<(usize, i64), Bucket>,
    bots: HashMap<usize, Bucket>,
}

impl Limits {
    /// Admits one message of `bot` to `chat` at `now` (Telegram seconds).
    pub fn admit(&mut self, bot: usize, chat: i64, now: f64) -> Verdict {
        let whole = self.bots.entry(bot).or_default();
        let own = self.chats.entry((bot, chat)).or_default();
        for bucket in [&mut *whole, &mut *own] {
            if bucket.frozen_until > now {
                bucket.frozen_until += PENALTY_SECS;
                return Verdict::Refuse(bucket.frozen_until - now);
            }
        }
        let waits = [whole.wait(&BOT, now), own.wait(&CHAT, now)];
        for (bucket, wait) in [&mut *whole, &mut *own].into_iter().zip(waits) {
            if wait > HOLD_SECS {
                bucket.frozen_until = now + wait;
                return Verdict::Refuse(wait);
            }
        }
        whole.take(&BOT, now);
        own.take(&CHAT, now);
        Verdict::Hold(waits[0].max(waits[1]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_messages_pass_at_once_then_one_a_second_is_held_then_refused() {
        let mut limits = Limits::default();
        let verdicts: Vec<_> = (0..12).map(|_| limits.admit(0, 1, 100.0)).collect();
        let held = |secs: f64| Verdict::Hold(secs);
        assert_eq!(verdicts[..4], [held(0.0), held(0.0), held(0.0), held(1.0)]);
        assert_eq!(verdicts[10], held(8.0));
        assert_eq!(verdicts[11], Verdict::Refuse(9.0));
        assert_eq!(limits.admit(0, 2, 100.0), held(0.0), "another chat goes on");
    }

    #[test]
    fn calls_into_a_freeze_make_it_longer() {
        let mut limits = Limits::default();
        for _ in 0..12 {
            limits.admit(0, 1, 0.0);
        }
        assert_eq!(limits.admit(0, 1, 1.0), Verdict::Refuse(9.0));
        assert_eq!(limits.admit(0, 1, 1.0), Verdict::Refuse(10.0));
        assert!(matches!(limits.admit(0, 1, 12.0), Verdict::Hold(_)));
    }

    #[test]
    fn thirty_chats_pass_at_once_and_the_next_waits_for_the_bot() {
        let mut limits = Limits::default();
        for chat in 0..30 {
            assert_eq!(limits.admit(0, chat, 0.0), Verdict::Hold(0.0));
        }
        let Verdict::Hold(wait) = limits.admit(0, 30, 0.0) else {
            panic!("a bot's pace is held first");
        };
        assert!((wait - 1.0 / 30.0).abs() < 1e-9);
        assert_eq!(limits.admit(1, 30, 0.0), Verdict::Hold(0.0));
    }
}
