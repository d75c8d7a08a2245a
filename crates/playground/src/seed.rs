//! What the first minute needs: an invitation, and Stars to spend.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result};
use test_kit::{Services, connect};

use crate::people::SPECIALIST;

/// Stars in the wallet of the specialist of the page.
pub(crate) const STARS: i64 = 500;

const OPS: &str = "psycheos-ops";

/// Runs `psycheos-ops` with these variables.
pub(crate) struct Seeder<'a> {
    pub programs: &'a Services,
    pub env: BTreeMap<String, String>,
    /// Superuser's URL of the database.
    pub url: String,
}

impl Seeder<'_> {
    /// Applies the migrations.
    ///
    /// # Errors
    /// One of them fails.
    pub async fn migrate(&self) -> Result<()> {
        self.programs.run_once(OPS, &["migrate"], &self.env).await.map(|_| ())
    }

    /// A link by which a specialist registers; `None` when one has registered already.
    ///
    /// # Errors
    /// The database is away; `psycheos-ops` printed no link.
    pub async fn invite(&self) -> Result<Option<String>> {
        let client = connect(&self.url).await?;
        if client.query_opt("SELECT 1 FROM psycheos.users LIMIT 1", &[]).await?.is_some() {
            return Ok(None);
        }
        let said = self.programs.run_once(OPS, &["invite", "--uses", "1", "--days", "30"], &self.env).await?;
        let link = said.split_whitespace().find(|word| word.starts_with("https://t.me/"));
        Ok(Some(link.context("psycheos-ops invite printed no link")?.to_owned()))
    }

    /// Credits the specialist of the page, once, as soon as there is one. Ends after that.
    ///
    /// # Errors
    /// `psycheos-ops` refused.
    pub async fn credit_when_registered(&self) -> Result<()> {
        let query = "SELECT EXISTS (SELECT FROM psycheos.ledger_entries e WHERE e.user_id = u.user_id) AS credited
                     FROM psycheos.users u WHERE u.telegram_id = $1";
        let client = connect(&self.url).await?;
        loop {
            match client.query_opt(query, &[&SPECIALIST]).await? {
                Some(row) if row.get::<_, bool>("credited") => return Ok(()),
                Some(_) => break,
                None => tokio::time::sleep(Duration::from_millis(200)).await,
            }
        }
        let (id, stars) = (SPECIALIST.to_string(), STARS.to_string());
        let words = ["credit", "--telegram-id", id.as_str(), "--stars", stars.as_str()];
        self.programs.run_once(OPS, &words, &self.env).await.map(|_| ())
    }
}
