//! Specialists: registration, names, settings, invitations.
use bot_kit::{Audience, Person, Setting};
use diesel::{QueryableByName, dsl::now, prelude::*};
use diesel_async::RunQueryDsl;
use domain::{BotId, ChatId, Locale, Stars, TelegramId, UserId};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    DbError,
    conn::PgConn,
    schema::{specialist_invites, users, wallets},
};

/// SHA-256 of a secret that travels in a link: all that is stored of it.
#[must_use]
pub fn token_hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// Uses up one use of an invitation, in one guarded UPDATE; `false` when it is no good.
///
/// # Errors
/// When the database fails.
pub async fn use_invite(conn: &mut PgConn, token: &str) -> Result<bool, DbError> {
    use specialist_invites as i;
    let count = diesel::update(i::table)
        .filter(i::token_hash.eq(token_hash(token)))
        .filter(i::revoked_at.is_null().and(i::expires_at.gt(now)).and(i::used_count.lt(i::max_uses)))
        .set(i::used_count.eq(i::used_count + 1))
        .execute(conn)
        .await?;
    Ok(count == 1)
}

/// Closes or opens a specialist's access. A closed account stays closed.
///
/// # Errors
/// When the database fails.
pub async fn set_blocked(conn: &mut PgConn, user: UserId, blocked: bool) -> Result<(), DbError> {
    diesel::update(users::table.find(user.0).filter(users::status.ne("erased")))
        .set(users::status.eq(if blocked { "blocked" } else { "active" }))
        .execute(conn)
        .await?;
    Ok(())
}

/// Somebody who is to get what is said to all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listener {
    /// Who.
    pub user: UserId,
    /// Their chat with Pro.
    pub chat: ChatId,
}

#[derive(QueryableByName)]
struct ListenerRow {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    user_id: Uuid,
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    telegram_id: i64,
}

/// Who listens: access is open, notices are on, the chat with Pro can be reached.
const LISTENS: &str = "u.notify AND NOT EXISTS (SELECT FROM psycheos.send_pace p WHERE p.bot_id = 'pro' AND p.chat_id = u.telegram_id \
     AND p.unreachable_reason IS NOT NULL)";

/// The next people behind `after` who are to get what is said to all.
///
/// # Errors
/// When the database fails.
pub async fn list_listeners(conn: &mut PgConn, after: Option<UserId>, limit: i64) -> Result<Vec<Listener>, DbError> {
    let query = format!(
        "SELECT u.user_id, u.telegram_id FROM psycheos.users u \
         WHERE u.status = 'active' AND ($1 IS NULL OR u.user_id > $1) AND {LISTENS} ORDER BY u.user_id LIMIT $2"
    );
    let rows: Vec<ListenerRow> = diesel::sql_query(query)
        .bind::<diesel::sql_types::Nullable<diesel::sql_types::Uuid>, _>(after.map(|user| user.0))
        .bind::<diesel::sql_types::BigInt, _>(limit)
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|row| Listener { user: UserId(row.user_id), chat: ChatId(row.telegram_id) }).collect())
}

#[derive(QueryableByName)]
struct AudienceRow {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    reached: i64,
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    left_out: i64,
}

/// Whom a message to all reaches.
///
/// # Errors
/// When the database fails.
pub async fn audience(conn: &mut PgConn) -> Result<Audience, DbError> {
    let query = format!(
        "SELECT count(*) FILTER (WHERE {LISTENS}) AS reached, count(*) FILTER (WHERE NOT ({LISTENS})) AS left_out \
         FROM psycheos.users u WHERE u.status = 'active'"
    );
    let row: AudienceRow = diesel::sql_query(query).get_result(conn).await?;
    let count = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
    Ok(Audience { reached: count(row.reached), left_out: count(row.left_out) })
}

/// A new specialist; nothing happens when the person is registered already.
///
/// # Errors
/// When the database fails.
pub async fn insert_specialist(conn: &mut PgConn, user: UserId, person: &Person) -> Result<(), DbError> {
    diesel::insert_into(users::table)
        .values((
            users::user_id.eq(user.0),
            users::telegram_id.eq(person.telegram_id.0),
            users::full_name.eq(&person.full_name),
            users::username.eq(&person.username),
            users::language_code.eq(&person.language_code),
        ))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    Ok(())
}

/// Takes name, username and language from Telegram.
///
/// # Errors
/// When the database fails.
pub async fn refresh(conn: &mut PgConn, user: UserId, person: &Person) -> Result<(), DbError> {
    diesel::update(users::table.find(user.0))
        .set((
            users::full_name.eq(&person.full_name),
            users::username.eq(&person.username),
            users::language_code.eq(&person.language_code),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Changes a setting.
///
/// # Errors
/// When the database fails or refuses the value.
pub async fn change_setting(conn: &mut PgConn, user: UserId, setting: &Setting) -> Result<(), DbError> {
    let row = users::table.find(user.0);
    match setting {
        Setting::Locale(locale) => diesel::update(row).set(users::locale.eq(locale.as_str())).execute(conn).await?,
        Setting::Country(country) => {
            // An empty code means "another country": the fallback contacts are shown.
            let country = (!country.is_empty()).then_some(country.as_str());
            diesel::update(row).set(users::country.eq(country)).execute(conn).await?
        }
        Setting::Notify(notify) => diesel::update(row).set(users::notify.eq(notify)).execute(conn).await?,
        Setting::InvitationDays(days) => {
            diesel::update(row).set(users::invitation_days.eq(i16::from(*days))).execute(conn).await?
        }
    };
    Ok(())
}

/// Where a specialist is reached: the chat with Pro, and the language.
///
/// # Errors
/// When the database fails or the specialist is absent.
pub async fn get_address(conn: &mut PgConn, user: UserId) -> Result<(ChatId, Locale), DbError> {
    let (telegram_id, locale, code): (i64, Option<String>, Option<String>) =
        users::table.find(user.0).select((users::telegram_id, users::locale, users::language_code)).first(conn).await?;
    Ok((ChatId(telegram_id), Locale::from_language_code(locale.or(code).as_deref())))
}

/// The specialist with this Telegram id.
///
/// # Errors
/// When the database fails.
pub async fn find_by_telegram(conn: &mut PgConn, telegram_id: TelegramId) -> Result<Option<UserId>, DbError> {
    let id: Option<Uuid> =
        users::table.filter(users::telegram_id.eq(telegram_id.0)).select(users::user_id).first(conn).await.optional()?;
    Ok(id.map(UserId))
}

/// Balance and reserved Stars of a wallet; zero for a specialist who has none yet.
///
/// # Errors
/// When the database fails.
pub async fn wallet(conn: &mut PgConn, user: UserId) -> Result<(Stars, Stars), DbError> {
    let row: Option<(i64, i64)> =
        wallets::table.find(user.0).select((wallets::balance_stars, wallets::reserved_stars)).first(conn).await.optional()?;
    let (balance, reserved) = row.unwrap_or_default();
    Ok((Stars(balance), Stars(reserved)))
}

/// Which chat of which bot a row belongs to, for rows that are sealed with it.
#[must_use]
pub fn chat_row(bot: BotId, chat: ChatId) -> String {
    format!("{bot}:{chat}")
}
