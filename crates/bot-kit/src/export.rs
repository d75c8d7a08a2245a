//! Everything of a case, or of a specialist's account, to be taken along.
use domain::{CaseId, JobId, Locale, UserId};
use serde::{Deserialize, Serialize};

use crate::{Job, JobKind};

/// What is to be taken along, for the chat that asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportWish {
    /// Whose it is.
    pub owner: UserId,
    /// One case; `None`: the whole account.
    pub case: Option<CaseId>,
    /// Language of what is written about it.
    pub locale: Locale,
}

impl ExportWish {
    /// The work for it.
    #[must_use]
    pub fn job(self, job: JobId) -> Job {
        Job { job, kind: JobKind::Export, about: None, payload: serde_json::to_value(self).unwrap_or_default() }
    }
}
