//! Keys of other programs: made by the operator, presented with each call, and a line in the audit log for each.
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use diesel::{
    OptionalExtension, QueryableByName,
    sql_types::{Array, BigInt, Binary, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use domain::{CaseId, KeyScope, ServiceKeyId, TelegramId, UserId};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::{DbError, conn::PgConn};

/// What every key begins with, so that people and scanners of repositories recognise one.
pub const PREFIX: &str = "psk_";
/// Characters of 32 bytes in base64 without padding.
const CHARACTERS: usize = 43;

/// A key that was just made, as its program will present it. It has no `Debug`: it is shown once and never again.
pub struct NewKey(String);

impl NewKey {
    /// The key of 256 random bits.
    #[must_use]
    pub fn of(random: [u8; 32]) -> Self {
        Self(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(random)))
    }

    /// The text to hand over.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is stored of it.
    #[must_use]
    pub fn hash(&self) -> KeyHash {
        KeyHash(Sha256::digest(self.0.as_bytes()).into())
    }
}

/// SHA-256 of a key: all that is stored, and all that is compared.
#[derive(Clone, Copy)]
pub struct KeyHash([u8; 32]);

impl KeyHash {
    /// Of what a caller presents; `None` when it does not have the form of a key, and then nobody need be asked.
    #[must_use]
    pub fn of_presented(text: &str) -> Option<Self> {
        let rest = text.strip_prefix(PREFIX)?;
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        (rest.len() == CHARACTERS && rest.bytes().all(allowed)).then(|| Self(Sha256::digest(text.as_bytes()).into()))
    }
}

/// A key that may be used now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveKey {
    /// Its id, for logs and the audit log.
    pub id: ServiceKeyId,
    /// What it may do. A scope this build does not know counts as absent.
    pub scopes: Vec<KeyScope>,
    /// It sees this specialist's rows only; `None`: everybody's.
    pub owner: Option<UserId>,
    /// It was used too often; again in so many seconds.
    pub overused: Option<Overused>,
}

/// A key that was used more often than it may be within its minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overused {
    /// Seconds until it may be used again.
    pub again_in: i64,
    /// This call is the first one too many.
    pub first: bool,
}

#[derive(QueryableByName)]
struct LiveRow {
    #[diesel(sql_type = Integer)]
    over: i32,
    #[diesel(sql_type = BigInt)]
    again_in: i64,
    #[diesel(sql_type = SqlUuid)]
    key_id: Uuid,
    #[diesel(sql_type = Binary)]
    key_hash: Vec<u8>,
    #[diesel(sql_type = Array<Text>)]
    scopes: Vec<String>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    owner_user_id: Option<Uuid>,
}

fn known(scopes: &[String]) -> Vec<KeyScope> {
    scopes.iter().filter_map(|scope| scope.parse().ok()).collect()
}

/// The key with this hash, unless it is unknown or revoked, counted as used once more. The index finds the row; whether it is the right
/// one is decided by comparing the whole hashes in constant time.
///
/// # Errors
/// When the database fails.
pub async fn find_live(conn: &mut PgConn, hash: &KeyHash) -> Result<Option<LiveKey>, DbError> {
    let row: Option<LiveRow> = diesel::sql_query(
        "WITH key AS (SELECT key_id, key_hash, scopes, owner_user_id, calls_per_minute FROM psycheos.service_keys \
            WHERE key_hash = $1 AND revoked_at IS NULL), \
         used AS (INSERT INTO psycheos.service_key_calls AS u (key_id) SELECT key_id FROM key ON CONFLICT (key_id) DO UPDATE SET \
            calls = CASE WHEN u.since > now() - interval '1 minute' THEN least(u.calls, 1000000) + 1 ELSE 1 END, \
            since = CASE WHEN u.since > now() - interval '1 minute' THEN u.since ELSE now() END RETURNING calls, since) \
         SELECT key.key_id, key.key_hash, key.scopes, key.owner_user_id, used.calls - key.calls_per_minute AS over, \
                greatest(1, ceil(extract(epoch FROM used.since + interval '1 minute' - now())))::bigint AS again_in FROM key, used",
    )
    .bind::<Binary, _>(hash.0.to_vec())
    .get_result(conn)
    .await
    .optional()?;
    Ok(row.filter(|row| row.key_hash.as_slice().ct_eq(&hash.0).into()).map(|row| LiveKey {
        id: ServiceKeyId(row.key_id),
        scopes: known(&row.scopes),
        owner: row.owner_user_id.map(UserId),
        overused: (row.over > 0).then_some(Overused { again_in: row.again_in, first: row.over == 1 }),
    }))
}

/// A call that was made with a key.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// The key.
    pub key: ServiceKeyId,
    /// What was asked for: `usage_reserve`, …
    pub action: &'a str,
    /// The case it was about, when that is known.
    pub case: Option<CaseId>,
    /// What came of it, in words and ids of ours.
    pub detail: &'a str,
    /// Id of the request.
    pub trace: &'a str,
}

/// Writes a call into the audit log and, at most once a minute, that the key was used. Calls never wait for each other
/// here: who finds the key's row locked leaves the note to the one who holds it.
///
/// # Errors
/// When the database fails.
pub async fn record(conn: &mut PgConn, call: &Call<'_>) -> Result<(), DbError> {
    diesel::sql_query(
        "WITH used AS (UPDATE psycheos.service_keys SET last_used_at = now() WHERE key_id = ( \
            SELECT key_id FROM psycheos.service_keys \
            WHERE key_id = $1 AND (last_used_at IS NULL OR last_used_at <= now() - interval '1 minute') FOR UPDATE SKIP LOCKED)) \
         INSERT INTO psycheos.audit_log (actor, role, action, context_id, detail, trace_id) \
         VALUES ('key:' || $1::text, 'program', $2, $3, $4, $5)",
    )
    .bind::<SqlUuid, _>(call.key.0)
    .bind::<Text, _>(call.action)
    .bind::<Nullable<SqlUuid>, _>(call.case.map(|case| case.0))
    .bind::<Text, _>(call.detail)
    .bind::<Text, _>(call.trace)
    .execute(conn)
    .await?;
    Ok(())
}

/// Stores a key, by the operator; written into the audit log. Needs the rights of the database's owner.
///
/// # Errors
/// When the database fails, or refuses the name (1 to 100 characters), an empty list of scopes, or the pace (1 to 60000).
pub async fn insert(
    conn: &mut PgConn,
    id: ServiceKeyId,
    name: &str,
    hash: &KeyHash,
    scopes: &[KeyScope],
    owner: Option<UserId>,
    per_minute: i32,
) -> Result<(), DbError> {
    diesel::sql_query(
        "WITH key AS (INSERT INTO psycheos.service_keys (key_id, name, key_hash, scopes, owner_user_id, calls_per_minute) \
            VALUES ($1, $2, $3, $4, $5, $6) RETURNING key_id) \
         INSERT INTO psycheos.audit_log (actor, role, action, detail) \
         SELECT 'ops', 'admin', 'key_create', 'key:' || key_id FROM key",
    )
    .bind::<SqlUuid, _>(id.0)
    .bind::<Text, _>(name)
    .bind::<Binary, _>(hash.0.to_vec())
    .bind::<Array<Text>, _>(scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>())
    .bind::<Nullable<SqlUuid>, _>(owner.map(|owner| owner.0))
    .bind::<Integer, _>(per_minute)
    .execute(conn)
    .await?;
    Ok(())
}

/// A key as the operator sees it.
#[derive(Debug, Clone)]
pub struct KeyLine {
    /// Its id.
    pub id: ServiceKeyId,
    /// Its name.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<KeyScope>,
    /// The specialist whose rows alone it sees.
    pub owner: Option<TelegramId>,
    /// How often it may be used in a minute.
    pub per_minute: i32,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
    /// When it was last used, to a minute.
    pub last_used_at: Option<DateTime<Utc>>,
}

#[derive(QueryableByName)]
struct LineRow {
    #[diesel(sql_type = SqlUuid)]
    key_id: Uuid,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Array<Text>)]
    scopes: Vec<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    owner: Option<i64>,
    #[diesel(sql_type = Integer)]
    calls_per_minute: i32,
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    revoked_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    last_used_at: Option<DateTime<Utc>>,
}

/// Up to `limit` keys, the newest first, the revoked among them. Needs the rights of the database's owner.
///
/// # Errors
/// When the database fails.
pub async fn list(conn: &mut PgConn, limit: i64) -> Result<Vec<KeyLine>, DbError> {
    let rows: Vec<LineRow> = diesel::sql_query(
        "SELECT k.key_id, k.name, k.scopes, u.telegram_id AS owner, k.calls_per_minute, k.created_at, k.revoked_at, k.last_used_at \
         FROM psycheos.service_keys k LEFT JOIN psycheos.users u ON u.user_id = k.owner_user_id \
         ORDER BY k.created_at DESC, k.key_id LIMIT $1",
    )
    .bind::<BigInt, _>(limit)
    .load(conn)
    .await?;
    let line = |row: LineRow| KeyLine {
        id: ServiceKeyId(row.key_id),
        name: row.name,
        scopes: known(&row.scopes),
        owner: row.owner.map(TelegramId),
        per_minute: row.calls_per_minute,
        created_at: row.created_at,
        revoked_at: row.revoked_at,
        last_used_at: row.last_used_at,
    };
    Ok(rows.into_iter().map(line).collect())
}

/// What became of an attempt to revoke a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revoked {
    /// It is revoked now.
    Now,
    /// It was revoked before.
    Before,
    /// There is no such key.
    Unknown,
}

#[derive(QueryableByName)]
struct Changed {
    #[diesel(sql_type = Bool)]
    changed: bool,
    #[diesel(sql_type = Bool)]
    known: bool,
}

/// Revokes a key for good, by the operator; written into the audit log. Needs the rights of the database's owner.
///
/// # Errors
/// When the database fails.
pub async fn revoke(conn: &mut PgConn, id: ServiceKeyId) -> Result<Revoked, DbError> {
    let row: Changed = diesel::sql_query(
        "WITH revoked AS (UPDATE psycheos.service_keys SET revoked_at = now() WHERE key_id = $1 AND revoked_at IS NULL \
            RETURNING key_id), \
         audit AS (INSERT INTO psycheos.audit_log (actor, role, action, detail) \
            SELECT 'ops', 'admin', 'key_revoke', 'key:' || key_id FROM revoked) \
         SELECT EXISTS (SELECT FROM revoked) AS changed, \
                EXISTS (SELECT FROM psycheos.service_keys WHERE key_id = $1) AS known",
    )
    .bind::<SqlUuid, _>(id.0)
    .get_result(conn)
    .await?;
    Ok(match (row.changed, row.known) {
        (true, _) => Revoked::Now,
        (false, true) => Revoked::Before,
        (false, false) => Revoked::Unknown,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_recognised_by_its_form_and_hashed_whole() {
        let key = NewKey::of([7; 32]);
        assert!(key.reveal().starts_with("psk_") && key.reveal().len() == 47);
        assert_eq!(KeyHash::of_presented(key.reveal()).unwrap().0, key.hash().0);
        assert_ne!(NewKey::of([8; 32]).hash().0, key.hash().0);
    }

    #[test]
    fn what_is_no_key_is_not_looked_up() {
        let good = NewKey::of([7; 32]).reveal().to_owned();
        for bad in ["", "psk_", &good[1..], &good[..46], &format!("{good}A"), &good.replace("psk_", "PSK_")] {
            assert!(KeyHash::of_presented(bad).is_none(), "{bad}");
        }
        let odd = format!("{} ", &good[..46]);
        assert!(KeyHash::of_presented(&odd).is_none());
    }
}
