//! Database errors as decisions.
use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// What a caller can decide about.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The address or a setting is wrong: a person must change it.
    #[error("database configuration: {0}")]
    Config(String),
    /// The database cannot be reached or is overloaded: try again later, and do not count it as a failure of the work.
    #[error("database away: {0}")]
    Away(String),
    /// A conflict of concurrent transactions: the whole transaction may be run again at once.
    #[error("conflict: {0}")]
    Conflict(String),
    /// The statement, the data or a constraint: running it again will not help.
    #[error("database: {0}")]
    Wrong(String),
    /// A sealed field does not open.
    #[error(transparent)]
    Vault(#[from] vault::VaultError),
    /// What is stored does not read as what it should be.
    #[error("stored data: {0}")]
    Corrupt(&'static str),
}

impl From<DieselError> for DbError {
    fn from(error: DieselError) -> Self {
        match &error {
            DieselError::DatabaseError(kind, info) => {
                let text = match info.constraint_name() {
                    Some(constraint) => format!("{} ({constraint})", info.message()),
                    None => info.message().to_owned(),
                };
                match kind {
                    DatabaseErrorKind::UnableToSendCommand | DatabaseErrorKind::ClosedConnection => Self::Away(text),
                    DatabaseErrorKind::SerializationFailure => Self::Conflict(text),
                    _ => Self::Wrong(text),
                }
            }
            other => Self::Wrong(other.to_string()),
        }
    }
}

impl DbError {
    /// A word for logs and rows, stable and free of data.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Config(_) => "db_config",
            Self::Away(_) => "db_away",
            Self::Conflict(_) => "db_conflict",
            Self::Wrong(_) => "db_wrong",
            Self::Vault(_) => "vault",
            Self::Corrupt(_) => "corrupt",
        }
    }
}
