//! Payments in Telegram Stars: opened, checked, credited, given back. Each step is one function of the database.
use bot_kit::{Checkout, Credit, Invoice, Payment, PaymentLine, PaymentStatus, Return, Verdict, WaitingLaunch};
use chrono::{DateTime, Utc};
use diesel::{
    QueryableByName,
    prelude::*,
    sql_types::{BigInt, Bool, Integer, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use domain::{BotId, CaseId, OutboxId, PaymentId, RunId, StarTransaction, Stars, TelegramId, UserId};
use uuid::Uuid;

use crate::{
    DbError,
    cases::pages_of,
    conn::PgConn,
    money::{Amount, Word},
};

/// Stores a payment before its invoice is sent.
///
/// # Errors
/// When the database fails, or refuses the amount (10 to 10,000 Stars).
pub async fn open(conn: &mut PgConn, user: UserId, invoice: &Invoice) -> Result<(), DbError> {
    let (case, service, days) = match invoice.then {
        Some((case, service, days)) => (Some(case.0), Some(service.as_str()), days.map(i16::from)),
        None => (None, None, None),
    };
    diesel::sql_query("SELECT psycheos.payment_open($1, $2, $3, $4, $5, $6)")
        .bind::<SqlUuid, _>(invoice.payment.0)
        .bind::<SqlUuid, _>(user.0)
        .bind::<BigInt, _>(invoice.stars.0)
        .bind::<Nullable<SqlUuid>, _>(case)
        .bind::<Nullable<Text>, _>(service)
        .bind::<Nullable<SmallInt>, _>(days)
        .execute(conn)
        .await?;
    Ok(())
}

/// No launch of this specialist waits for a payment any more.
///
/// # Errors
/// When the database fails.
pub async fn forget_launches(conn: &mut PgConn, user: UserId) -> Result<(), DbError> {
    diesel::sql_query("SELECT psycheos.launches_forget($1)").bind::<SqlUuid, _>(user.0).execute(conn).await?;
    Ok(())
}

#[derive(QueryableByName)]
struct Answer {
    #[diesel(sql_type = Bool)]
    yes: bool,
}

/// Whether a launch of this specialist waits for a payment.
///
/// # Errors
/// When the database fails.
pub async fn launch_waits(conn: &mut PgConn, user: UserId) -> Result<bool, DbError> {
    let row: Answer = diesel::sql_query(
        "SELECT EXISTS (SELECT FROM psycheos.payments WHERE user_id = $1 AND status IN ('created', 'approved') \
            AND continue_context IS NOT NULL AND created_at > now() - interval '24 hours') AS yes",
    )
    .bind::<SqlUuid, _>(user.0)
    .get_result(conn)
    .await?;
    Ok(row.yes)
}

/// The checks of a pre-checkout; what may be paid is marked as approved.
///
/// # Errors
/// When the database fails.
pub async fn check(conn: &mut PgConn, payer: TelegramId, checkout: &Checkout) -> Result<Verdict, DbError> {
    let row: Word = diesel::sql_query("SELECT psycheos.payment_check($1, $2, $3, $4) AS word")
        .bind::<Text, _>(&checkout.payload)
        .bind::<BigInt, _>(payer.0)
        .bind::<BigInt, _>(checkout.stars.0)
        .bind::<Text, _>(&checkout.currency)
        .get_result(conn)
        .await?;
    Ok(match row.word.as_str() {
        "approved" => Verdict::Approved,
        "expired" => Verdict::Expired,
        "paid_already" => Verdict::PaidAlready,
        "wrong_amount" => Verdict::WrongAmount,
        "wrong_payer" => Verdict::WrongPayer,
        "not_registered" => Verdict::NotRegistered,
        "blocked" => Verdict::Blocked,
        _ => Verdict::Unknown,
    })
}

#[derive(QueryableByName)]
struct CreditRow {
    #[diesel(sql_type = Text)]
    outcome: String,
    #[diesel(sql_type = SqlUuid)]
    payment_id: Uuid,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    user_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    continue_context: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    continue_service: Option<String>,
    #[diesel(sql_type = Nullable<SmallInt>)]
    continue_days: Option<i16>,
}

/// Credits a payment, once for each charge. A specialist is named when the wallet has it now.
///
/// # Errors
/// When the database fails.
pub async fn credit(conn: &mut PgConn, payer: TelegramId, payment: &Payment) -> Result<(Credit, Option<UserId>), DbError> {
    let row: CreditRow = diesel::sql_query("SELECT * FROM psycheos.payment_credit($1, $2, $3, $4)")
        .bind::<Text, _>(&payment.payload)
        .bind::<BigInt, _>(payer.0)
        .bind::<BigInt, _>(payment.stars.0)
        .bind::<Text, _>(&payment.charge)
        .get_result(conn)
        .await?;
    let user = row.user_id.map(UserId);
    match (row.outcome.as_str(), user) {
        ("credited", Some(user)) => {
            let service = row.continue_service.and_then(|service| service.parse().ok());
            let launch = row.continue_context.zip(service).map(|(case, service)| WaitingLaunch {
                payment: PaymentId(row.payment_id),
                case: CaseId(case),
                service,
                days: row.continue_days.and_then(|days| u8::try_from(days).ok()),
            });
            let available = available(conn, user).await?;
            Ok((Credit::Done { available, launch }, Some(user)))
        }
        ("already", _) => Ok((Credit::Already, None)),
        _ => Ok((Credit::Unmatched, None)),
    }
}

/// What a wallet has free.
///
/// # Errors
/// When the database fails.
pub async fn available(conn: &mut PgConn, user: UserId) -> Result<Stars, DbError> {
    let (balance, reserved) = crate::people::wallet(conn, user).await?;
    Ok(Stars(balance.0 - reserved.0))
}

/// Which run a payment was continued with.
///
/// # Errors
/// When the database fails.
pub async fn continued(conn: &mut PgConn, payment: PaymentId, run: RunId) -> Result<(), DbError> {
    diesel::sql_query("SELECT psycheos.payment_continued($1, $2)")
        .bind::<SqlUuid, _>(payment.0)
        .bind::<SqlUuid, _>(run.0)
        .execute(conn)
        .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct ReturnRow {
    #[diesel(sql_type = Text)]
    outcome: String,
    #[diesel(sql_type = BigInt)]
    owed: i64,
}

/// Takes a payment that Telegram gave back out of the wallet, once.
///
/// # Errors
/// When the database fails.
pub async fn take_back(conn: &mut PgConn, payer: TelegramId, charge: &str) -> Result<Return, DbError> {
    let row: ReturnRow = diesel::sql_query("SELECT outcome, owed FROM psycheos.payment_returned($1, $2)")
        .bind::<Text, _>(charge)
        .bind::<BigInt, _>(payer.0)
        .get_result(conn)
        .await?;
    Ok(match row.outcome.as_str() {
        "refunded" => Return::Done { owed: Stars(row.owed) },
        "already" => Return::Already,
        _ => Return::Unknown,
    })
}

#[derive(QueryableByName)]
struct RefundRow {
    #[diesel(sql_type = Text)]
    outcome: String,
    #[diesel(sql_type = Nullable<BigInt>)]
    payer_telegram_id: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    charge: Option<String>,
}

/// Takes a payment out of the wallet so that Telegram can be asked to give it back; `message` is the request. `None`: the
/// wallet has too little free, or the payment is not there to be given back.
///
/// # Errors
/// When the database fails.
pub async fn refund(
    conn: &mut PgConn,
    admin: UserId,
    payment: PaymentId,
    message: OutboxId,
) -> Result<Option<(TelegramId, String)>, DbError> {
    let row: RefundRow = diesel::sql_query("SELECT * FROM psycheos.payment_refund($1, $2, $3)")
        .bind::<SqlUuid, _>(admin.0)
        .bind::<SqlUuid, _>(payment.0)
        .bind::<SqlUuid, _>(message.0)
        .get_result(conn)
        .await?;
    let asked = row.payer_telegram_id.map(TelegramId).zip(row.charge);
    Ok(asked.filter(|_| row.outcome == "asked"))
}

#[derive(QueryableByName)]
struct PaymentRow {
    #[diesel(sql_type = SqlUuid)]
    payment_id: Uuid,
    #[diesel(sql_type = Timestamptz)]
    at: DateTime<Utc>,
    #[diesel(sql_type = BigInt)]
    stars: i64,
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = Nullable<Text>)]
    payer: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    payer_telegram_id: Option<i64>,
    #[diesel(sql_type = BigInt)]
    available: i64,
    #[diesel(sql_type = BigInt)]
    total: i64,
}

const PAYMENT: &str = "SELECT p.payment_id, coalesce(p.paid_at, p.created_at) AS at, p.stars, p.status, u.full_name AS payer, \
        p.payer_telegram_id, coalesce(w.balance_stars - w.reserved_stars, 0)::bigint AS available, count(*) OVER () AS total \
     FROM psycheos.payments p LEFT JOIN psycheos.users u USING (user_id) LEFT JOIN psycheos.wallets w USING (user_id)";

impl PaymentRow {
    fn line(self) -> PaymentLine {
        let status = match self.status.as_str() {
            "created" => PaymentStatus::Created,
            "approved" => PaymentStatus::Approved,
            "paid" => PaymentStatus::Paid,
            "refunding" => PaymentStatus::Refunding,
            "refunded" => PaymentStatus::Refunded,
            _ => PaymentStatus::Unmatched,
        };
        PaymentLine {
            payment: PaymentId(self.payment_id),
            at: self.at,
            stars: Stars(self.stars),
            status,
            payer: self.payer,
            payer_telegram_id: self.payer_telegram_id.map(TelegramId),
            available: Stars(self.available),
        }
    }
}

/// A page of payments that were made, those of unknown payers first, then the newest. For administrators.
///
/// # Errors
/// When the database fails.
pub async fn list(conn: &mut PgConn, page: u32) -> Result<bot_kit::Page<PaymentLine>, DbError> {
    let query = format!(
        "{PAYMENT} WHERE p.status NOT IN ('created', 'approved') \
         ORDER BY p.status = 'unmatched' DESC, p.paid_at DESC, p.payment_id LIMIT $1 OFFSET $2"
    );
    let lines = bot_kit::PAGE_LINES as i64;
    let rows: Vec<PaymentRow> =
        diesel::sql_query(query).bind::<BigInt, _>(lines).bind::<BigInt, _>(i64::from(page) * lines).load(conn).await?;
    let pages = pages_of(rows.as_slice().first().map_or(0, |row| row.total));
    Ok(bot_kit::Page { lines: rows.into_iter().map(PaymentRow::line).collect(), page, pages })
}

/// One payment. For administrators.
///
/// # Errors
/// When the database fails.
pub async fn find(conn: &mut PgConn, payment: PaymentId) -> Result<Option<PaymentLine>, DbError> {
    let row: Option<PaymentRow> = diesel::sql_query(format!("{PAYMENT} WHERE p.payment_id = $1"))
        .bind::<SqlUuid, _>(payment.0)
        .get_result(conn)
        .await
        .optional()?;
    Ok(row.map(PaymentRow::line))
}

/// How many transactions of a bot are stored: where reading Telegram's list goes on.
///
/// # Errors
/// When the database fails.
pub async fn count_transactions(conn: &mut PgConn, bot: BotId) -> Result<i64, DbError> {
    let row: Amount = diesel::sql_query("SELECT count(*) AS amount FROM psycheos.star_transactions WHERE bot_id = $1")
        .bind::<Text, _>(bot.as_str())
        .get_result(conn)
        .await?;
    Ok(row.amount)
}

/// Stores lines of Telegram's list; those that are known are left alone.
///
/// # Errors
/// When the database fails.
pub async fn insert_transactions(conn: &mut PgConn, bot: BotId, lines: &[StarTransaction]) -> Result<(), DbError> {
    use diesel::sql_types::Array;
    diesel::sql_query(
        "INSERT INTO psycheos.star_transactions (transaction_id, direction, bot_id, stars, at, payer_telegram_id, payload) \
         SELECT t.id, CASE WHEN t.incoming THEN 'in' ELSE 'out' END, $1, t.stars, to_timestamp(t.at), t.person, left(t.payload, 128) \
         FROM unnest($2, $3, $4, $5, $6, $7) t(id, incoming, stars, at, person, payload) ON CONFLICT DO NOTHING",
    )
    .bind::<Text, _>(bot.as_str())
    .bind::<Array<Text>, _>(lines.iter().map(|line| line.id.as_str()).collect::<Vec<_>>())
    .bind::<Array<Bool>, _>(lines.iter().map(|line| line.incoming).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(lines.iter().map(|line| line.stars.0).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(lines.iter().map(|line| line.at_secs).collect::<Vec<_>>())
    .bind::<Array<Nullable<BigInt>>, _>(lines.iter().map(|line| line.person.map(|id| id.0)).collect::<Vec<_>>())
    .bind::<Array<Nullable<Text>>, _>(lines.iter().map(|line| line.payload.as_deref()).collect::<Vec<_>>())
    .execute(conn)
    .await?;
    Ok(())
}

/// A difference between Telegram's list and ours.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Difference {
    /// `lost_payment`, `lost_refund` (both can be healed), `other_amount`, `unknown_to_telegram` or `not_refunded_there`.
    #[diesel(sql_type = Text)]
    pub problem: String,
    /// Telegram's id of the transaction.
    #[diesel(sql_type = Text)]
    pub transaction_id: String,
    /// Stars it is about.
    #[diesel(sql_type = BigInt)]
    pub stars: i64,
    /// The person at the other end.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub payer_telegram_id: Option<i64>,
    /// What the invoice carried.
    #[diesel(sql_type = Nullable<Text>)]
    pub payload: Option<String>,
}

/// Where Telegram's list and ours differ, among transactions at least `older_secs` seconds old.
///
/// # Errors
/// When the database fails.
pub async fn list_differences(conn: &mut PgConn, older_secs: i32) -> Result<Vec<Difference>, DbError> {
    Ok(diesel::sql_query("SELECT * FROM psycheos.stars_differences($1) LIMIT 500")
        .bind::<Integer, _>(older_secs)
        .load(conn)
        .await?)
}

/// A payment that was credited late, to tell its specialist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LateCredit {
    /// Whose.
    pub user: UserId,
    /// How much.
    pub stars: Stars,
    /// What is free now.
    pub available: Stars,
}

/// Makes up for an update that never reached us: credits the payment or takes the refund back. The specialist is named when
/// a wallet was credited. Other differences are left alone: `false` comes back.
///
/// # Errors
/// When the database fails.
pub async fn heal(conn: &mut PgConn, difference: &Difference) -> Result<(bool, Option<LateCredit>), DbError> {
    let Some(payer) = difference.payer_telegram_id.map(TelegramId) else { return Ok((false, None)) };
    match difference.problem.as_str() {
        "lost_payment" => {
            let stars = Stars(difference.stars);
            let payload = difference.payload.clone().unwrap_or_default();
            let payment = Payment { payload, stars, charge: difference.transaction_id.clone() };
            let (credit, user) = credit(conn, payer, &payment).await?;
            let late = match (credit, user) {
                (Credit::Done { available, .. }, Some(user)) => Some(LateCredit { user, stars, available }),
                _ => None,
            };
            Ok((true, late))
        }
        "lost_refund" => {
            take_back(conn, payer, &difference.transaction_id).await?;
            Ok((true, None))
        }
        _ => Ok((false, None)),
    }
}

/// Notes which payments Telegram's transactions belong to.
///
/// # Errors
/// When the database fails.
pub async fn match_transactions(conn: &mut PgConn) -> Result<i64, DbError> {
    let row: Amount = diesel::sql_query("SELECT psycheos.stars_match() AS amount").get_result(conn).await?;
    Ok(row.amount)
}
