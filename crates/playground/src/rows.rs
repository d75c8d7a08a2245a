//! Rows on their way through the tables.

use anyhow::{Context, Result};
use serde_json::Value;
use tokio::sync::Mutex;
use tokio_postgres::Client;

const QUERY: &str = include_str!("rows.sql");

/// Looks at the tables, over one connection that is made again when it breaks.
pub(crate) struct Rows {
    url: String,
    client: Mutex<Option<Client>>,
}

impl Rows {
    /// `url`: of a role that may read every table.
    pub fn new(url: String) -> Self {
        Self { url, client: Mutex::new(None) }
    }

    /// What `rows.sql` finds: `now` (seconds since 1970) and, for `jobs`, `outbox`, `runs` and `ledger`, `counts` and `rows`.
    ///
    /// # Errors
    /// The database is away.
    pub async fn look(&self) -> Result<Value> {
        let mut client = self.client.lock().await;
        let connected = match client.take().filter(|client| !client.is_closed()) {
            Some(client) => client,
            None => test_kit::connect(&self.url).await?,
        };
        let row = connected.query_one(QUERY, &[]).await?;
        *client = Some(connected);
        serde_json::from_str(row.get(0)).context("rows are no JSON")
    }
}
