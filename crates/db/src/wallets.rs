//! What a wallet holds, what happened in it, and the money as a whole.
use std::collections::HashMap;

use bot_kit::{Finance, Held, MemberLine, Movement, PAGE_LINES, Page, Price, Rate, StatementLine, Wallet};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    QueryableByName,
    prelude::*,
    sql_types::{Array, BigInt, Binary, Bool, Date, Double, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use domain::{CaseId, Locale, ServiceId, Stars, TelegramId, UserId};
use uuid::Uuid;

use crate::{DbError, Keyring, cases::open_label, cases::pages_of, conn::PgConn};

const LINES: i64 = PAGE_LINES as i64;

#[derive(QueryableByName)]
struct PriceRow {
    #[diesel(sql_type = Text)]
    service_id: String,
    #[diesel(sql_type = BigInt)]
    stars: i64,
}

/// What one run of each tool costs now, the cheapest first.
///
/// # Errors
/// When the database fails.
pub async fn list_prices(conn: &mut PgConn) -> Result<Vec<Price>, DbError> {
    let rows: Vec<PriceRow> = diesel::sql_query(
        "SELECT * FROM (SELECT DISTINCT ON (service_id) service_id, stars FROM psycheos.operation_prices \
            WHERE operation = 'run' AND active_from <= now() ORDER BY service_id, active_from DESC) p ORDER BY stars, service_id",
    )
    .load(conn)
    .await?;
    let prices = rows.into_iter().filter_map(|row| {
        let service: ServiceId = row.service_id.parse().ok()?;
        Some(Price { service, stars: Stars(row.stars) })
    });
    Ok(prices.collect())
}

#[derive(QueryableByName)]
struct RateRow {
    #[diesel(sql_type = Text)]
    model: String,
    #[diesel(sql_type = BigInt)]
    input: i64,
    #[diesel(sql_type = BigInt)]
    output: i64,
}

/// What a million tokens of each model cost in Stars now, rounded up once.
///
/// # Errors
/// When the database fails.
pub async fn list_rates(conn: &mut PgConn) -> Result<Vec<Rate>, DbError> {
    let rows: Vec<RateRow> = diesel::sql_query(
        "SELECT DISTINCT ON (model_name) model_name AS model, ceil(input_star_rate * 1000000)::bigint AS input, \
            ceil(output_star_rate * 1000000)::bigint AS output FROM psycheos.ai_rates \
         WHERE active_from <= now() ORDER BY model_name, active_from DESC",
    )
    .load(conn)
    .await?;
    Ok(rows.into_iter().map(|row| Rate { model: row.model, input: Stars(row.input), output: Stars(row.output) }).collect())
}

#[derive(QueryableByName)]
struct HeldRow {
    #[diesel(sql_type = Text)]
    service_id: String,
    #[diesel(sql_type = SqlUuid)]
    context_id: Uuid,
    #[diesel(sql_type = Nullable<Binary>)]
    client_ref: Option<Vec<u8>>,
    #[diesel(sql_type = BigInt)]
    stars: i64,
}

/// A specialist's wallet with what is held for what, and the prices.
///
/// # Errors
/// When the database fails or a label does not open.
pub async fn find(conn: &mut PgConn, keys: &Keyring, owner: UserId) -> Result<Wallet, DbError> {
    use crate::schema::wallets as w;
    let row: Option<(i64, i64, i64)> =
        w::table.find(owner.0).select((w::balance_stars, w::reserved_stars, w::debt_stars)).first(conn).await.optional()?;
    let (balance, reserved, debt) = row.unwrap_or_default();
    let rows: Vec<HeldRow> = diesel::sql_query(
        "SELECT o.service_id, o.context_id, c.client_ref, o.cost_stars AS stars FROM psycheos.usage_ledger o \
         JOIN psycheos.contexts c USING (context_id) WHERE o.user_id = $1 AND o.status = 'reserved' AND o.cost_stars > 0 \
         ORDER BY o.created_at DESC LIMIT $2",
    )
    .bind::<SqlUuid, _>(owner.0)
    .bind::<BigInt, _>(LINES)
    .load(conn)
    .await?;
    let mut held = Vec::with_capacity(rows.len());
    for row in rows {
        let service = row.service_id.parse().map_err(|_| DbError::Corrupt("a service"))?;
        let case_label = label(conn, keys, row.context_id, row.client_ref).await?.unwrap_or_default();
        held.push(Held { service, case_label, stars: Stars(row.stars) });
    }
    let prices = list_prices(conn).await?;
    Ok(Wallet { available: Stars(balance - reserved), reserved: Stars(reserved), debt: Stars(debt), held, prices })
}

async fn label(conn: &mut PgConn, keys: &Keyring, case: Uuid, blob: Option<Vec<u8>>) -> Result<Option<String>, DbError> {
    match blob {
        Some(blob) => open_label(conn, keys, CaseId(case), &blob).await.map(Some),
        None => Ok(None),
    }
}

#[derive(QueryableByName)]
struct MoveRow {
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = BigInt)]
    free: i64,
    #[diesel(sql_type = BigInt)]
    stars: i64,
    #[diesel(sql_type = Nullable<Text>)]
    service_id: Option<String>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    context_id: Option<Uuid>,
    #[diesel(sql_type = BigInt)]
    after: i64,
    #[diesel(sql_type = BigInt)]
    total: i64,
}

/// One line for each movement of the wallet, newest first, with what was free after it. A charge moves what was held, so it
/// leaves the free sum as it was.
const STATEMENT: &str = "WITH moves AS ( \
        SELECT e.transaction_id, max(e.entry_id) AS entry_id, max(e.created_at) AS created_at, max(e.kind) AS kind, \
               max(abs(e.amount_stars)) AS stars, (array_agg(e.operation_id))[1] AS operation_id, \
               coalesce(sum(e.amount_stars) FILTER (WHERE e.account = 'available'), 0)::bigint AS free \
        FROM psycheos.ledger_entries e WHERE e.user_id = $1 GROUP BY e.transaction_id), \
     page AS ( \
        SELECT m.*, sum(m.free) OVER (ORDER BY m.entry_id)::bigint AS after, count(*) OVER () AS total \
        FROM moves m ORDER BY m.entry_id DESC LIMIT $2 OFFSET $3) \
     SELECT p.created_at, p.kind, p.free, p.stars, o.service_id, o.context_id, p.after, p.total \
     FROM page p LEFT JOIN psycheos.usage_ledger o USING (operation_id) ORDER BY p.entry_id DESC";

/// A page of what happened in a wallet, newest first.
///
/// # Errors
/// When the database fails or a label does not open.
pub async fn list_statement(conn: &mut PgConn, keys: &Keyring, owner: UserId, page: u32) -> Result<Page<StatementLine>, DbError> {
    let rows: Vec<MoveRow> = diesel::sql_query(STATEMENT)
        .bind::<SqlUuid, _>(owner.0)
        .bind::<BigInt, _>(LINES)
        .bind::<BigInt, _>(i64::from(page) * LINES)
        .load(conn)
        .await?;
    let pages = pages_of(rows.as_slice().first().map_or(0, |row| row.total));
    let labels = labels(conn, keys, rows.iter().filter_map(|row| row.context_id).collect()).await?;
    let lines = rows.into_iter().map(|row| StatementLine {
        at: row.created_at,
        movement: movement(&row.kind, row.free),
        stars: Stars(row.stars),
        service: row.service_id.and_then(|service| service.parse().ok()),
        case_label: row.context_id.and_then(|case| labels.get(&case).cloned()),
        available_after: Stars(row.after),
    });
    Ok(Page { lines: lines.collect(), page, pages })
}

fn movement(kind: &str, free: i64) -> Movement {
    match (kind, free) {
        ("topup", _) => Movement::TopUp,
        ("reserve", _) => Movement::Held,
        ("release", _) => Movement::Released,
        ("charge", _) => Movement::Charged,
        ("refund", _) => Movement::Refunded,
        ("admin", 1..) => Movement::Credited,
        ("admin", _) => Movement::Debited,
        // A debt is made without anything moving in the free sum; paying it takes from there.
        (_, 0) => Movement::Owed,
        (_, _) => Movement::Repaid,
    }
}

#[derive(QueryableByName)]
struct LabelRow {
    #[diesel(sql_type = SqlUuid)]
    context_id: Uuid,
    #[diesel(sql_type = Nullable<Binary>)]
    client_ref: Option<Vec<u8>>,
}

async fn labels(conn: &mut PgConn, keys: &Keyring, cases: Vec<Uuid>) -> Result<HashMap<Uuid, String>, DbError> {
    if cases.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<LabelRow> =
        diesel::sql_query("SELECT context_id, client_ref FROM psycheos.contexts WHERE context_id = ANY ($1)")
            .bind::<Array<SqlUuid>, _>(cases)
            .load(conn)
            .await?;
    let mut labels = HashMap::new();
    for row in rows {
        if let Some(text) = label(conn, keys, row.context_id, row.client_ref).await? {
            labels.insert(row.context_id, text);
        }
    }
    Ok(labels)
}

#[derive(QueryableByName)]
struct MemberRow {
    #[diesel(sql_type = SqlUuid)]
    user_id: Uuid,
    #[diesel(sql_type = BigInt)]
    telegram_id: i64,
    #[diesel(sql_type = Text)]
    full_name: String,
    #[diesel(sql_type = Nullable<Text>)]
    username: Option<String>,
    #[diesel(sql_type = Bool)]
    blocked: bool,
    #[diesel(sql_type = Nullable<Text>)]
    locale: Option<String>,
    #[diesel(sql_type = BigInt)]
    available: i64,
    #[diesel(sql_type = BigInt)]
    reserved: i64,
    #[diesel(sql_type = BigInt)]
    debt: i64,
    #[diesel(sql_type = BigInt)]
    total: i64,
}

const MEMBER: &str = "SELECT u.user_id, u.telegram_id, u.full_name, u.username, u.status = 'blocked' AS blocked, coalesce(u.locale, u.language_code) AS locale, \
        coalesce(w.balance_stars - w.reserved_stars, 0)::bigint AS available, coalesce(w.reserved_stars, 0)::bigint AS reserved, \
        coalesce(w.debt_stars, 0)::bigint AS debt, count(*) OVER () AS total \
     FROM psycheos.users u LEFT JOIN psycheos.wallets w USING (user_id)";

impl MemberRow {
    fn line(self) -> MemberLine {
        MemberLine {
            user: UserId(self.user_id),
            telegram_id: TelegramId(self.telegram_id),
            full_name: self.full_name,
            username: self.username,
            blocked: self.blocked,
            locale: Locale::from_language_code(self.locale.as_deref()),
            available: Stars(self.available),
            reserved: Stars(self.reserved),
            debt: Stars(self.debt),
        }
    }
}

/// A page of the specialists by name, or of those whose name, username or Telegram id contains `search`. For administrators.
///
/// # Errors
/// When the database fails.
pub async fn list_members(conn: &mut PgConn, search: Option<&str>, page: u32) -> Result<Page<MemberLine>, DbError> {
    // Position instead of LIKE: what a person types is no pattern.
    let query = format!(
        "{MEMBER} WHERE u.status <> 'erased' AND ($1 IS NULL OR position(lower($1) in lower(u.full_name)) > 0 \
            OR position(lower(ltrim($1, '@')) in lower(coalesce(u.username, ''))) > 0 OR u.telegram_id::text = $1) \
         ORDER BY u.full_name, u.user_id LIMIT $2 OFFSET $3"
    );
    let rows: Vec<MemberRow> = diesel::sql_query(query)
        .bind::<Nullable<Text>, _>(search)
        .bind::<BigInt, _>(LINES)
        .bind::<BigInt, _>(i64::from(page) * LINES)
        .load(conn)
        .await?;
    let pages = pages_of(rows.as_slice().first().map_or(0, |row| row.total));
    Ok(Page { lines: rows.into_iter().map(MemberRow::line).collect(), page, pages })
}

/// One specialist. For administrators.
///
/// # Errors
/// When the database fails.
pub async fn find_member(conn: &mut PgConn, user: UserId) -> Result<Option<MemberLine>, DbError> {
    let row: Option<MemberRow> = diesel::sql_query(format!("{MEMBER} WHERE u.user_id = $1 AND u.status <> 'erased'"))
        .bind::<SqlUuid, _>(user.0)
        .get_result(conn)
        .await
        .optional()?;
    Ok(row.map(MemberRow::line))
}

#[derive(QueryableByName)]
struct FinanceRow {
    #[diesel(sql_type = BigInt)]
    held: i64,
    #[diesel(sql_type = BigInt)]
    reserved: i64,
    #[diesel(sql_type = BigInt)]
    debt: i64,
    #[diesel(sql_type = BigInt)]
    paid_in: i64,
    #[diesel(sql_type = BigInt)]
    refunded: i64,
    #[diesel(sql_type = BigInt)]
    spent: i64,
    #[diesel(sql_type = BigInt)]
    given: i64,
    #[diesel(sql_type = BigInt)]
    written_off: i64,
    #[diesel(sql_type = Double)]
    cost_usd: f64,
    #[diesel(sql_type = BigInt)]
    unmatched: i64,
}

/// The money as a whole. For administrators.
///
/// # Errors
/// When the database fails.
pub async fn finance(conn: &mut PgConn) -> Result<Finance, DbError> {
    let row: FinanceRow = diesel::sql_query(
        "SELECT held, reserved, debt, paid_in, refunded, spent, given, written_off, cost_usd::float8 AS cost_usd, unmatched \
         FROM psycheos.finance_now()",
    )
    .get_result(conn)
    .await?;
    Ok(Finance {
        held: Stars(row.held),
        reserved: Stars(row.reserved),
        debt: Stars(row.debt),
        paid_in: Stars(row.paid_in),
        refunded: Stars(row.refunded),
        spent: Stars(row.spent),
        given: Stars(row.given),
        written_off: Stars(row.written_off),
        cost_usd: row.cost_usd,
        unmatched: u32::try_from(row.unmatched).unwrap_or(u32::MAX),
    })
}

/// One day of the finances.
#[derive(Debug, Clone, Copy, PartialEq, QueryableByName)]
pub struct FinanceDay {
    /// The day, in UTC.
    #[diesel(sql_type = Date)]
    pub day: NaiveDate,
    /// Stars paid in.
    #[diesel(sql_type = BigInt)]
    pub paid_in: i64,
    /// Stars refunded.
    #[diesel(sql_type = BigInt)]
    pub refunded: i64,
    /// Stars charged for results.
    #[diesel(sql_type = BigInt)]
    pub spent: i64,
    /// Dollars the models cost.
    #[diesel(sql_type = Double)]
    pub cost_usd: f64,
}

/// The finances of the last `days` days with today, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn list_finance_days(conn: &mut PgConn, days: i32) -> Result<Vec<FinanceDay>, DbError> {
    let query = "SELECT day, paid_in, refunded, spent, cost_usd::float8 AS cost_usd FROM psycheos.finance_days($1)";
    Ok(diesel::sql_query(query).bind::<Integer, _>(days).load(conn).await?)
}
