//! How a job ends, as its handler sees it.
use std::time::Duration;

/// What a handler's work came to.
#[derive(Debug)]
pub enum Worked<T> {
    /// The work is done; what it made is still to be recorded.
    Made(T),
    /// There is nothing to do any more: the run is over.
    Moot,
    /// Later, as a new attempt.
    Retry {
        /// A stable word.
        code: &'static str,
    },
    /// Later, without using up an attempt: Claude is busy.
    Wait {
        /// After this time.
        after: Duration,
        /// A stable word.
        code: &'static str,
    },
}
