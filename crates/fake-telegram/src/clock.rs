//! Telegram's time: a clock that may run faster than the wall.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// One reading of the clock.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Now {
    /// Telegram seconds since the stand-in started; monotonic.
    pub secs: f64,
    /// Wall clock, seconds since 1970; what `date` fields carry.
    pub unix: i64,
    /// Wall clock, milliseconds since 1970; what the log carries.
    pub unix_ms: i64,
}

/// Converts between Telegram's seconds and the wall's.
#[derive(Debug, Clone)]
pub(crate) struct Clock {
    started: Instant,
    scale: f64,
}

impl Clock {
    /// `scale` is the number of real seconds one Telegram second lasts.
    pub fn new(scale: f64) -> Self {
        Self { started: Instant::now(), scale: scale.max(1e-6) }
    }

    #[allow(clippy::disallowed_methods, reason = "the stand-in is the clock of its world")]
    pub fn now(&self) -> Now {
        let unix = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Now {
            secs: self.started.elapsed().as_secs_f64() / self.scale,
            unix: i64::try_from(unix.as_secs()).unwrap_or(i64::MAX),
            unix_ms: i64::try_from(unix.as_millis()).unwrap_or(i64::MAX),
        }
    }

    /// How long `secs` Telegram seconds last on the wall.
    pub fn real(&self, secs: f64) -> Duration {
        Duration::try_from_secs_f64((secs * self.scale).max(0.0)).unwrap_or(Duration::MAX)
    }

    /// The instant on the wall at which the Telegram clock shows `secs`.
    pub fn instant(&self, secs: f64) -> Option<Instant> {
        self.started.checked_add(self.real(secs))
    }

    /// `secs` Telegram seconds as whole real seconds for a `retry_after`, at least 1: clients
    /// wait by the wall.
    pub fn retry_after(&self, secs: f64) -> u64 {
        let real = self.real(secs).as_secs_f64().ceil();
        (real as u64).max(1)
    }
}
