//! Runs and their passes: launched, opened, bound, revoked.
use bot_kit::{BoundRun, Launch, Offer, PassCheck, RunStatus, WaitingPass};
use chrono::{DateTime, Utc};
use diesel::{
    QueryableByName,
    prelude::*,
    sql_types::{BigInt, Binary, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use domain::{BotId, CaseId, Locale, PassId, Role, RunId, ServiceId, Stars, TelegramId, UserId};
use uuid::Uuid;
use vault::Place;

use crate::{DbError, KeyOwner, Keyring, cases::open_label, conn::PgConn, people::token_hash};

/// A new run with its pass, for a case that is the owner's, open and not deleted.
///
/// # Errors
/// When the case is not such a case, or the database fails.
pub async fn launch(conn: &mut PgConn, keys: &Keyring, owner: UserId, launch: &Launch) -> Result<(), DbError> {
    let dek = keys.of(conn, KeyOwner::Case(launch.case)).await?;
    let row = launch.pass.to_string();
    let sealed = dek.seal(&Place { column: "link_tokens.token", row: &row, case: Some(launch.case) }, launch.token.as_bytes());
    let count = diesel::sql_query(
        "WITH run AS ( \
            INSERT INTO psycheos.runs (run_id, context_id, service_id, owner_user_id, role, correlation_id) \
            SELECT $1, c.context_id, $3, c.specialist_user_id, $4, $1::text FROM psycheos.contexts c \
            WHERE c.context_id = $2 AND c.specialist_user_id = $5 AND c.deleted_at IS NULL AND c.archived_at IS NULL \
            RETURNING run_id, context_id, service_id, owner_user_id, role \
         ), touched AS ( \
            UPDATE psycheos.contexts c SET status = 'active', last_activity_at = now() FROM run WHERE c.context_id = run.context_id \
         ) \
         INSERT INTO psycheos.link_tokens (jti, token_hash, service_id, context_id, run_id, role, issued_by, token, expires_at, \
                                           bound_telegram_id) \
         SELECT $6, $7, run.service_id, run.context_id, run.run_id, run.role, run.owner_user_id, $8, \
                now() + $9 * interval '1 second', \
                CASE WHEN run.role = 'specialist' THEN (SELECT telegram_id FROM psycheos.users WHERE user_id = run.owner_user_id) END \
         FROM run",
    )
    .bind::<SqlUuid, _>(launch.run.0)
    .bind::<SqlUuid, _>(launch.case.0)
    .bind::<Text, _>(launch.service.as_str())
    .bind::<Text, _>(launch.role.as_str())
    .bind::<SqlUuid, _>(owner.0)
    .bind::<SqlUuid, _>(launch.pass.0)
    .bind::<Binary, _>(token_hash(&launch.token))
    .bind::<Binary, _>(sealed)
    .bind::<BigInt, _>(launch.ttl_secs)
    .execute(conn)
    .await?;
    if count == 1 { Ok(()) } else { Err(DbError::Wrong("a launch for a case that is not open".into())) }
}

#[derive(QueryableByName)]
struct OpenedRow {
    #[diesel(sql_type = Text)]
    outcome: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    run_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    context_id: Option<Uuid>,
}

/// Opens a pass for a person. The run and case come back when it is theirs.
///
/// # Errors
/// When the database fails.
pub async fn open(
    conn: &mut PgConn,
    bot: BotId,
    service: ServiceId,
    token: &str,
    person: TelegramId,
) -> Result<(PassCheck, Option<(RunId, CaseId)>), DbError> {
    let row: OpenedRow = diesel::sql_query("SELECT * FROM psycheos.pass_open($1, $2, $3, $4)")
        .bind::<Binary, _>(token_hash(token))
        .bind::<Text, _>(bot.as_str())
        .bind::<Text, _>(service.as_str())
        .bind::<BigInt, _>(person.0)
        .get_result(conn)
        .await?;
    let check = match row.outcome.as_str() {
        "first" => PassCheck::Opened { first: true },
        "again" => PassCheck::Opened { first: false },
        "own" => PassCheck::Own,
        "taken" => PassCheck::Taken,
        "too_many_tries" => PassCheck::TooManyTries,
        _ => PassCheck::Unavailable,
    };
    Ok((check, row.run_id.map(RunId).zip(row.context_id.map(CaseId))))
}

#[derive(QueryableByName)]
struct PassPriceRow {
    #[diesel(sql_type = SqlUuid)]
    run_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    context_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    owner_user_id: Uuid,
    #[diesel(sql_type = BigInt)]
    price: i64,
    #[diesel(sql_type = BigInt)]
    available: i64,
}

/// A pass of a specialist's tool at its first opening: what must be held for it before it opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FirstOpening {
    /// The run.
    pub run: RunId,
    /// Its case.
    pub case: CaseId,
    /// Who pays.
    pub owner: UserId,
    /// Price and means; the wallet is locked until the transaction ends.
    pub offer: Offer,
}

/// The price of a specialist's pass that this person may open and has not opened yet; `None` for every other pass. Locks the
/// pass and the wallet.
///
/// # Errors
/// When the database fails, or the service has no price.
pub async fn lock_first_opening(
    conn: &mut PgConn,
    service: ServiceId,
    token: &str,
    person: TelegramId,
) -> Result<Option<FirstOpening>, DbError> {
    let row: Option<PassPriceRow> = diesel::sql_query("SELECT * FROM psycheos.pass_price($1, $2, $3)")
        .bind::<Binary, _>(token_hash(token))
        .bind::<Text, _>(service.as_str())
        .bind::<BigInt, _>(person.0)
        .get_result(conn)
        .await
        .optional()?;
    Ok(row.map(|row| FirstOpening {
        run: RunId(row.run_id),
        case: CaseId(row.context_id),
        owner: UserId(row.owner_user_id),
        offer: Offer { price: Stars(row.price), available: Stars(row.available) },
    }))
}

#[derive(QueryableByName)]
struct WaitingRow {
    #[diesel(sql_type = SqlUuid)]
    jti: Uuid,
    #[diesel(sql_type = Binary)]
    token: Vec<u8>,
    #[diesel(sql_type = Timestamptz)]
    expires_at: DateTime<Utc>,
}

/// What a pass's link carries.
pub(crate) async fn open_token(
    conn: &mut PgConn,
    keys: &Keyring,
    pass: PassId,
    case: CaseId,
    sealed: &[u8],
) -> Result<String, DbError> {
    let row = pass.to_string();
    let plain = keys.open(conn, &Place { column: "link_tokens.token", row: &row, case: Some(case) }, sealed).await?;
    String::from_utf8(plain).map_err(|_| DbError::Corrupt("a pass"))
}

/// The specialist's own pass for a tool and a case that is good and was not opened yet.
///
/// # Errors
/// When the database fails or the pass does not open.
pub async fn find_waiting(
    conn: &mut PgConn,
    keys: &Keyring,
    owner: UserId,
    case: CaseId,
    service: ServiceId,
) -> Result<Option<WaitingPass>, DbError> {
    let row: Option<WaitingRow> = diesel::sql_query(
        "SELECT jti, token, expires_at FROM psycheos.link_tokens \
         WHERE context_id = $1 AND issued_by = $2 AND service_id = $3 AND role = 'specialist' AND used_at IS NULL \
           AND revoked_at IS NULL AND token IS NOT NULL AND expires_at > now() ORDER BY expires_at DESC LIMIT 1",
    )
    .bind::<SqlUuid, _>(case.0)
    .bind::<SqlUuid, _>(owner.0)
    .bind::<Text, _>(service.as_str())
    .get_result(conn)
    .await
    .optional()?;
    let Some(row) = row else { return Ok(None) };
    let token = open_token(conn, keys, PassId(row.jti), case, &row.token).await?;
    Ok(Some(WaitingPass { token, expires_at: row.expires_at }))
}

#[derive(QueryableByName)]
struct Done {
    #[diesel(sql_type = Bool)]
    done: bool,
}

/// Takes back a pass nobody opened; `false` when it was opened, is gone, or is not the owner's.
///
/// # Errors
/// When the database fails.
pub async fn revoke(conn: &mut PgConn, owner: UserId, pass: PassId) -> Result<bool, DbError> {
    let answer: Done = diesel::sql_query("SELECT psycheos.pass_revoke($1, $2) AS done")
        .bind::<SqlUuid, _>(pass.0)
        .bind::<SqlUuid, _>(owner.0)
        .get_result(conn)
        .await?;
    Ok(answer.done)
}

#[derive(QueryableByName)]
struct BoundRow {
    #[diesel(sql_type = SqlUuid)]
    context_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    owner_user_id: Uuid,
    #[diesel(sql_type = Text)]
    full_name: String,
    #[diesel(sql_type = Nullable<Text>)]
    locale: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    country: Option<String>,
    #[diesel(sql_type = Bool)]
    notify: bool,
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = Nullable<Binary>)]
    client_ref: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    expires_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Bool)]
    pass_alive: bool,
}

/// A run as a tool's dialogue sees it; `None` when it or its case is gone.
///
/// # Errors
/// When the database fails or the label does not open.
pub async fn find_bound(conn: &mut PgConn, keys: &Keyring, run: RunId) -> Result<Option<BoundRun>, DbError> {
    let row: Option<BoundRow> = diesel::sql_query(
        "SELECT r.context_id, r.owner_user_id, u.full_name, coalesce(u.locale, u.language_code) AS locale, u.country, u.notify, \
                r.status, c.client_ref, l.expires_at, coalesce(l.expires_at > now(), false) AS pass_alive \
         FROM psycheos.runs r JOIN psycheos.users u ON u.user_id = r.owner_user_id \
         JOIN psycheos.contexts c ON c.context_id = r.context_id \
         LEFT JOIN psycheos.link_tokens l ON l.run_id = r.run_id WHERE r.run_id = $1",
    )
    .bind::<SqlUuid, _>(run.0)
    .get_result(conn)
    .await
    .optional()?;
    let Some(row) = row else { return Ok(None) };
    let Some(client_ref) = row.client_ref else { return Ok(None) };
    let case = CaseId(row.context_id);
    let status = match row.status.as_str() {
        // A pass that ran out ends an unfinished run even before the clock's service has swept it.
        "issued" | "active" if !row.pass_alive && row.expires_at.is_some() => RunStatus::Expired,
        "issued" => RunStatus::Issued,
        "active" => RunStatus::Active,
        "completed" => RunStatus::Completed,
        "failed" => RunStatus::Failed,
        "canceled" => RunStatus::Canceled,
        _ => RunStatus::Expired,
    };
    Ok(Some(BoundRun {
        run,
        case,
        specialist: UserId(row.owner_user_id),
        specialist_name: row.full_name,
        specialist_locale: Locale::from_language_code(row.locale.as_deref()),
        country: row.country,
        status,
        notify: row.notify,
        case_label: open_label(conn, keys, case, &client_ref).await?,
        pass_expires_at: row.expires_at.unwrap_or(DateTime::<Utc>::MIN_UTC),
    }))
}

/// How a run ends without a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The client declined before the first question.
    Declined,
    /// The specialist gave it up.
    GivenUp,
    /// Our fault.
    Failed,
}

/// Ends a run; what was held for it is released.
///
/// # Errors
/// When the database fails.
pub async fn end(conn: &mut PgConn, run: RunId, ending: Ending) -> Result<(), DbError> {
    let query = match ending {
        Ending::Declined => "SELECT psycheos.run_close($1, 'canceled', 'declined', 'user')",
        Ending::GivenUp => "SELECT psycheos.run_close($1, 'canceled', 'given_up', 'user')",
        Ending::Failed => "SELECT psycheos.run_failed($1)",
    };
    diesel::sql_query(query).bind::<SqlUuid, _>(run.0).execute(conn).await?;
    Ok(())
}

/// The role a person has in a run's dialogue.
#[must_use]
pub fn role_in(service: ServiceId) -> Role {
    match service {
        ServiceId::Screen => Role::Client,
        ServiceId::Interpretator | ServiceId::Conceptualizator | ServiceId::Simulator | ServiceId::ProGuide => Role::Specialist,
    }
}
