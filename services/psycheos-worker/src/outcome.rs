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

impl<T> Worked<T> {
    /// The same with what was made as something else.
    pub fn map<U>(self, to: impl FnOnce(T) -> U) -> Worked<U> {
        match self {
            Self::Made(made) => Worked::Made(to(made)),
            Self::Moot => Worked::Moot,
            Self::Retry { code } => Worked::Retry { code },
            Self::Wait { after, code } => Worked::Wait { after, code },
        }
    }
}
