//! What Telegram says of our webhooks, kept for whoever looks after the platform.
use diesel::{
    QueryableByName,
    sql_types::{Array, BigInt, Bool, Integer, Nullable, Text},
};
use diesel_async::RunQueryDsl;
use domain::BotId;

use crate::{DbError, conn::PgConn};

/// What was found about a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookInfo {
    /// It is registered at our address.
    pub url_matches: bool,
    /// Updates that wait at Telegram.
    pub pending: i32,
    /// Our word for the last error.
    pub last_error: Option<&'static str>,
    /// When it was, in seconds since 1970.
    pub last_error_secs: Option<i64>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    bot_id: String,
}

/// The bots whose turn it is to be asked about, taken by this caller alone: each once a minute, however many senders there are.
///
/// # Errors
/// When the database fails.
pub async fn claim_due(conn: &mut PgConn, bots: &[BotId]) -> Result<Vec<BotId>, DbError> {
    let bots: Vec<&str> = bots.iter().map(|bot| bot.as_str()).collect();
    let rows: Vec<Row> = diesel::sql_query(
        "UPDATE psycheos.webhook_state SET checked_at = now() \
         WHERE bot_id = ANY ($1) AND checked_at < now() - interval '55 seconds' RETURNING bot_id",
    )
    .bind::<Array<Text>, _>(bots)
    .load(conn)
    .await?;
    Ok(rows.into_iter().filter_map(|row| row.bot_id.parse().ok()).collect())
}

/// Keeps what was found; `None`: Telegram could not be asked, and nothing is known.
///
/// # Errors
/// When the database fails.
pub async fn keep(conn: &mut PgConn, bot: BotId, info: Option<&WebhookInfo>) -> Result<(), DbError> {
    diesel::sql_query(
        "UPDATE psycheos.webhook_state SET url_matches = $2, pending = $3, last_error = $4, last_error_at = to_timestamp($5) WHERE bot_id = $1",
    )
    .bind::<Text, _>(bot.as_str())
    .bind::<Nullable<Bool>, _>(info.map(|info| info.url_matches))
    .bind::<Nullable<Integer>, _>(info.map(|info| info.pending))
    .bind::<Nullable<Text>, _>(info.and_then(|info| info.last_error))
    .bind::<Nullable<BigInt>, _>(info.and_then(|info| info.last_error_secs))
    .execute(conn)
    .await?;
    Ok(())
}
