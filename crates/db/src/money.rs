//! Money, through the database's own functions only (R31). Owner and price never come from a caller.
use bot_kit::Offer;
use diesel::{
    QueryableByName,
    sql_types::{BigInt, Nullable, Text, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use domain::{OperationId, RunId, ServiceId, Stars, UserId};

use crate::{DbError, conn::PgConn};

/// The kind of the one operation a run has.
pub const RUN: &str = "run";

#[derive(QueryableByName)]
pub(crate) struct Word {
    #[diesel(sql_type = Text)]
    pub(crate) word: String,
}

#[derive(QueryableByName)]
pub(crate) struct Amount {
    #[diesel(sql_type = BigInt)]
    pub(crate) amount: i64,
}

#[derive(QueryableByName)]
struct Amounts {
    #[diesel(sql_type = BigInt)]
    available: i64,
    #[diesel(sql_type = BigInt)]
    price: i64,
}

/// What became of an attempt to hold Stars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reserved {
    /// Held now.
    Now,
    /// This operation was there already, in whatever state.
    Already,
    /// The wallet has too little free.
    Insufficient,
}

/// Locks the wallet until the transaction ends, and returns what it has free with the price of a run of `service`.
///
/// # Errors
/// When the database fails, or the service has no price.
pub async fn lock_offer(conn: &mut PgConn, user: UserId, service: ServiceId) -> Result<Offer, DbError> {
    let row: Amounts = diesel::sql_query(
        "SELECT w.balance_stars - w.reserved_stars AS available, psycheos.price_of($2, 'run') AS price \
         FROM psycheos.wallet_lock($1) w",
    )
    .bind::<SqlUuid, _>(user.0)
    .bind::<Text, _>(service.as_str())
    .get_result(conn)
    .await?;
    Ok(Offer { price: Stars(row.price), available: Stars(row.available) })
}

/// What a wallet has free and the price of a run of `service`, without a lock.
///
/// # Errors
/// When the database fails, or the service has no price.
pub async fn find_offer(conn: &mut PgConn, user: UserId, service: ServiceId) -> Result<Offer, DbError> {
    let row: Amounts = diesel::sql_query(
        "SELECT coalesce((SELECT balance_stars - reserved_stars FROM psycheos.wallets WHERE user_id = $1), 0) AS available, \
                psycheos.price_of($2, 'run') AS price",
    )
    .bind::<SqlUuid, _>(user.0)
    .bind::<Text, _>(service.as_str())
    .get_result(conn)
    .await?;
    Ok(Offer { price: Stars(row.price), available: Stars(row.available) })
}

/// Holds `cost` for a run, for `ttl_secs` seconds.
///
/// # Errors
/// When the database fails, or the key was used for something else.
pub async fn reserve(
    conn: &mut PgConn,
    operation: OperationId,
    run: RunId,
    cost: Stars,
    ttl_secs: i64,
    key: &str,
) -> Result<Reserved, DbError> {
    let row: Word = diesel::sql_query("SELECT psycheos.usage_reserve($1, $2, $3, $4, $5, $6) AS word")
        .bind::<SqlUuid, _>(operation.0)
        .bind::<SqlUuid, _>(run.0)
        .bind::<Text, _>(RUN)
        .bind::<BigInt, _>(cost.0)
        .bind::<BigInt, _>(ttl_secs)
        .bind::<Text, _>(key)
        .get_result(conn)
        .await?;
    match row.word.as_str() {
        "reserved" => Ok(Reserved::Now),
        "insufficient" => Ok(Reserved::Insufficient),
        word if word.starts_with("already_") => Ok(Reserved::Already),
        word => Err(DbError::Wrong(format!("reserve: {word}"))),
    }
}

/// Charges what a run holds, in the transaction that stores its artifact. `false`: nothing was held for it.
///
/// # Errors
/// When the database fails or refuses.
pub async fn commit(conn: &mut PgConn, run: RunId) -> Result<bool, DbError> {
    let row: Word = diesel::sql_query("SELECT psycheos.usage_commit($1, $2) AS word")
        .bind::<SqlUuid, _>(run.0)
        .bind::<Text, _>(RUN)
        .get_result(conn)
        .await?;
    Ok(row.word != "none")
}

/// Adds to a wallet (or takes from it, with a negative amount) by an administrator's decision; `false`: too little there.
///
/// # Errors
/// When the database fails.
pub async fn adjust(conn: &mut PgConn, user: UserId, stars: Stars, note: Option<&str>) -> Result<bool, DbError> {
    let row: Word = diesel::sql_query("SELECT psycheos.wallet_adjust($1, $2, $3) AS word")
        .bind::<SqlUuid, _>(user.0)
        .bind::<BigInt, _>(stars.0)
        .bind::<Nullable<Text>, _>(note)
        .get_result(conn)
        .await?;
    Ok(row.word == "done")
}

/// What became of an administrator's change of a wallet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adjusted {
    /// Done, with its row in the audit log.
    Done,
    /// The wallet has too little free.
    Insufficient,
    /// This administrator has added 10,000 Stars within a day already.
    OverCap,
}

/// An administrator adds to a wallet or takes from it.
///
/// # Errors
/// When the database fails.
pub async fn adjust_by(conn: &mut PgConn, admin: UserId, user: UserId, stars: Stars, note: &str) -> Result<Adjusted, DbError> {
    let row: Word = diesel::sql_query("SELECT psycheos.wallet_adjust_by($1, $2, $3, $4) AS word")
        .bind::<SqlUuid, _>(admin.0)
        .bind::<SqlUuid, _>(user.0)
        .bind::<BigInt, _>(stars.0)
        .bind::<Text, _>(note)
        .get_result(conn)
        .await?;
    Ok(match row.word.as_str() {
        "done" => Adjusted::Done,
        "over_cap" => Adjusted::OverCap,
        _ => Adjusted::Insufficient,
    })
}

/// A price from now on, by an administrator, with its row in the audit log.
///
/// # Errors
/// When the database fails.
pub async fn set_price(conn: &mut PgConn, admin: UserId, service: ServiceId, stars: Stars) -> Result<(), DbError> {
    diesel::sql_query("SELECT psycheos.price_set($1, $2, $3)")
        .bind::<SqlUuid, _>(admin.0)
        .bind::<Text, _>(service.as_str())
        .bind::<BigInt, _>(stars.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Stars an administrator has added to wallets within the last day.
///
/// # Errors
/// When the database fails.
pub async fn given_within_a_day(conn: &mut PgConn, admin: UserId) -> Result<Stars, DbError> {
    let row: Amount =
        diesel::sql_query("SELECT psycheos.admin_given($1) AS amount").bind::<SqlUuid, _>(admin.0).get_result(conn).await?;
    Ok(Stars(row.amount))
}
