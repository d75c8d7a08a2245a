//! Invitations for specialists: made, listed, taken back. Only the hash of a secret is kept.
use bot_kit::{InviteLine, PAGE_LINES, Page};
use chrono::{DateTime, Utc};
use diesel::{
    QueryableByName,
    prelude::*,
    sql_types::{BigInt, Binary, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use domain::{InviteId, UserId};
use uuid::Uuid;

use crate::{DbError, cases::pages_of, conn::PgConn, people::token_hash};

/// A new invitation.
#[derive(Debug, Clone)]
pub struct NewInvite<'a> {
    /// Its id.
    pub invite: InviteId,
    /// The secret of its link.
    pub token: &'a str,
    /// Who makes it; none for the operator.
    pub created_by: Option<UserId>,
    /// How many may use it, 1–50.
    pub uses: u8,
    /// Days it lives.
    pub days: u8,
    /// Whom it is for.
    pub note: Option<&'a str>,
}

/// A new invitation.
///
/// # Errors
/// When the database fails, or `uses` is not 1–50.
pub async fn insert(conn: &mut PgConn, new: &NewInvite<'_>) -> Result<(), DbError> {
    diesel::sql_query(
        "INSERT INTO psycheos.specialist_invites (invite_id, token_hash, created_by, max_uses, expires_at, note) \
         VALUES ($1, $2, $3, $4, now() + $5 * interval '1 day', $6)",
    )
    .bind::<SqlUuid, _>(new.invite.0)
    .bind::<Binary, _>(token_hash(new.token))
    .bind::<Nullable<SqlUuid>, _>(new.created_by.map(|id| id.0))
    .bind::<Integer, _>(i32::from(new.uses))
    .bind::<Integer, _>(i32::from(new.days))
    .bind::<Nullable<Text>, _>(new.note)
    .execute(conn)
    .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    invite_id: Uuid,
    #[diesel(sql_type = Nullable<Text>)]
    note: Option<String>,
    #[diesel(sql_type = Integer)]
    max_uses: i32,
    #[diesel(sql_type = Integer)]
    used_count: i32,
    #[diesel(sql_type = Timestamptz)]
    expires_at: DateTime<Utc>,
    #[diesel(sql_type = Bool)]
    revoked: bool,
    #[diesel(sql_type = BigInt)]
    total: i64,
}

impl Row {
    fn line(self) -> InviteLine {
        InviteLine {
            invite: InviteId(self.invite_id),
            note: self.note,
            uses: u32::try_from(self.max_uses).unwrap_or_default(),
            used: u32::try_from(self.used_count).unwrap_or_default(),
            expires_at: self.expires_at,
            revoked: self.revoked,
        }
    }
}

const LINE: &str = "SELECT invite_id, note, max_uses, used_count, expires_at, revoked_at IS NOT NULL AS revoked, count(*) OVER () AS total \
     FROM psycheos.specialist_invites";

/// A page of the invitations, newest first. For administrators.
///
/// # Errors
/// When the database fails.
pub async fn list(conn: &mut PgConn, page: u32) -> Result<Page<InviteLine>, DbError> {
    let lines = PAGE_LINES as i64;
    let rows: Vec<Row> = diesel::sql_query(format!("{LINE} ORDER BY created_at DESC, invite_id DESC LIMIT $1 OFFSET $2"))
        .bind::<BigInt, _>(lines)
        .bind::<BigInt, _>(i64::from(page) * lines)
        .load(conn)
        .await?;
    let pages = pages_of(rows.as_slice().first().map_or(0, |row| row.total));
    Ok(Page { lines: rows.into_iter().map(Row::line).collect(), page, pages })
}

/// One invitation. For administrators.
///
/// # Errors
/// When the database fails.
pub async fn find(conn: &mut PgConn, invite: InviteId) -> Result<Option<InviteLine>, DbError> {
    let query = format!("{LINE} WHERE invite_id = $1");
    let row: Option<Row> = diesel::sql_query(query).bind::<SqlUuid, _>(invite.0).get_result(conn).await.optional()?;
    Ok(row.map(Row::line))
}

/// Takes an invitation back. `false`: it was taken back before, or there is none such.
///
/// # Errors
/// When the database fails.
pub async fn revoke(conn: &mut PgConn, invite: InviteId) -> Result<bool, DbError> {
    let query = "UPDATE psycheos.specialist_invites SET revoked_at = now() WHERE invite_id = $1 AND revoked_at IS NULL";
    Ok(diesel::sql_query(query).bind::<SqlUuid, _>(invite.0).execute(conn).await? == 1)
}
