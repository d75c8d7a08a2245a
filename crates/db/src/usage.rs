//! Charges in two phases as other programs ask for them: any operation of a run, and an answer for every way it can end.
//! The bots' own way is [`crate::money`]; both change money through the same database functions.
use chrono::{DateTime, Utc};
use diesel::{
    OptionalExtension, QueryableByName,
    sql_types::{BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use domain::{CaseId, OperationId, RunId, ServiceId, Stars, UserId};
use uuid::Uuid;

use crate::{DbError, conn::PgConn};

/// How an operation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Stars are held.
    Reserved,
    /// Charged.
    Committed,
    /// Released.
    Canceled,
}

/// An operation of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// Its id.
    pub id: OperationId,
    /// How it stands.
    pub status: Status,
    /// The price as it was when it was reserved.
    pub cost: Stars,
    /// What was written off because it could no longer be charged.
    pub written_off: Stars,
    /// Until when it holds.
    pub reserved_until: DateTime<Utc>,
    /// When it was committed or canceled.
    pub settled_at: Option<DateTime<Utc>>,
}

/// A run and one operation of it, under the lock of the owner's wallet until the transaction ends.
#[derive(Debug, Clone)]
pub struct LockedUsage {
    /// The run.
    pub run: RunId,
    /// The case it belongs to.
    pub case: CaseId,
    /// The tool.
    pub service: ServiceId,
    /// Who pays.
    pub owner: UserId,
    /// The kind of the operation.
    pub kind: String,
    /// The operation, if there is one.
    pub operation: Option<Operation>,
    run_open: bool,
    has_artifact: bool,
    price: Option<Stars>,
    available: Stars,
}

/// What was done, or had been done before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// Stars are held now.
    Reserved,
    /// Charged now.
    Committed,
    /// Could not be charged any more; the result is kept and the loss is the platform's.
    WrittenOff,
    /// Released now.
    Canceled,
    /// The operation was there already, as its status says.
    Already(Status),
}

/// Why nothing was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The run has ended.
    RunOver,
    /// The tool has no such operation, or the run has not reserved it.
    NoOperation,
    /// There is no artifact of the run, so nothing may be charged.
    NoArtifact,
    /// The wallet has too little free.
    Insufficient {
        /// What the operation costs.
        cost: Stars,
        /// What is missing.
        missing: Stars,
    },
    /// The key belongs to something else.
    Conflict,
}

/// Why another program cancels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CancelReason {
    /// A person's decision.
    User,
    /// The work failed.
    Failed,
}

#[derive(QueryableByName)]
struct LockedRow {
    #[diesel(sql_type = SqlUuid)]
    owner_user_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    context_id: Uuid,
    #[diesel(sql_type = Text)]
    service_id: String,
    #[diesel(sql_type = Bool)]
    run_open: bool,
    #[diesel(sql_type = Bool)]
    has_artifact: bool,
    #[diesel(sql_type = Nullable<BigInt>)]
    price_stars: Option<i64>,
    #[diesel(sql_type = BigInt)]
    available_stars: i64,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    operation_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    status: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    cost_stars: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    written_off_stars: Option<i64>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    reserved_until: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    settled_at: Option<DateTime<Utc>>,
}

impl LockedRow {
    fn operation(&self) -> Result<Option<Operation>, DbError> {
        let Some(id) = self.operation_id else { return Ok(None) };
        let absent = || DbError::Corrupt("an operation");
        let status = match self.status.as_deref() {
            Some("reserved") => Status::Reserved,
            Some("committed") => Status::Committed,
            Some("canceled") => Status::Canceled,
            _ => return Err(absent()),
        };
        Ok(Some(Operation {
            id: OperationId(id),
            status,
            cost: Stars(self.cost_stars.ok_or_else(absent)?),
            written_off: Stars(self.written_off_stars.ok_or_else(absent)?),
            reserved_until: self.reserved_until.ok_or_else(absent)?,
            settled_at: self.settled_at,
        }))
    }
}

/// A run with its operation of this kind, the owner's wallet locked. `None` when there is no such run, or `viewer` is given
/// and the run is another specialist's.
///
/// # Errors
/// When the database fails.
pub async fn lock(conn: &mut PgConn, run: RunId, kind: &str, viewer: Option<UserId>) -> Result<Option<LockedUsage>, DbError> {
    let row: Option<LockedRow> = diesel::sql_query("SELECT * FROM psycheos.usage_lock($1, $2, $3)")
        .bind::<SqlUuid, _>(run.0)
        .bind::<Text, _>(kind)
        .bind::<Nullable<SqlUuid>, _>(viewer.map(|viewer| viewer.0))
        .get_result(conn)
        .await
        .optional()?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(LockedUsage {
        run,
        case: CaseId(row.context_id),
        service: row.service_id.parse().map_err(|_| DbError::Corrupt("a service"))?,
        owner: UserId(row.owner_user_id),
        kind: kind.to_owned(),
        operation: row.operation()?,
        run_open: row.run_open,
        has_artifact: row.has_artifact,
        price: row.price_stars.map(Stars),
        available: Stars(row.available_stars),
    }))
}

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    word: String,
}

impl LockedUsage {
    /// Holds the price of this moment for `ttl_secs` seconds. What is there already stays as it is, at the price that was
    /// agreed then. `key` is the operation's idempotency key; `operation` the id it gets if it is new.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn reserve(
        &mut self,
        conn: &mut PgConn,
        operation: OperationId,
        ttl_secs: i64,
        key: &str,
    ) -> Result<Result<Done, Refusal>, DbError> {
        if let Some(found) = &self.operation {
            return Ok(Ok(Done::Already(found.status)));
        }
        if !self.run_open {
            return Ok(Err(Refusal::RunOver));
        }
        let Some(cost) = self.price else { return Ok(Err(Refusal::NoOperation)) };
        let row: Word = diesel::sql_query("SELECT psycheos.usage_reserve($1, $2, $3, $4, $5, $6) AS word")
            .bind::<SqlUuid, _>(operation.0)
            .bind::<SqlUuid, _>(self.run.0)
            .bind::<Text, _>(&self.kind)
            .bind::<BigInt, _>(cost.0)
            .bind::<BigInt, _>(ttl_secs)
            .bind::<Text, _>(key)
            .get_result(conn)
            .await?;
        match row.word.as_str() {
            "reserved" => self.done(conn, Done::Reserved).await,
            "insufficient" => Ok(Err(Refusal::Insufficient { cost, missing: Stars(cost.0 - self.available.0) })),
            "conflict" => Ok(Err(Refusal::Conflict)),
            word => Err(DbError::Wrong(format!("reserve: {word}"))),
        }
    }

    /// Charges what is held. A reserve that was canceled meanwhile is reserved again or written off, once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn commit(&mut self, conn: &mut PgConn) -> Result<Result<Done, Refusal>, DbError> {
        let Some(found) = self.operation else { return Ok(Err(Refusal::NoOperation)) };
        if found.status == Status::Committed {
            return Ok(Ok(Done::Already(Status::Committed)));
        }
        if found.written_off.0 > 0 {
            return Ok(Ok(Done::WrittenOff));
        }
        if !self.has_artifact {
            return Ok(Err(Refusal::NoArtifact));
        }
        let row: Word = diesel::sql_query("SELECT psycheos.usage_commit($1, $2) AS word")
            .bind::<SqlUuid, _>(self.run.0)
            .bind::<Text, _>(&self.kind)
            .get_result(conn)
            .await?;
        match row.word.as_str() {
            "committed" => self.done(conn, Done::Committed).await,
            "written_off" => self.done(conn, Done::WrittenOff).await,
            word => Err(DbError::Wrong(format!("commit: {word}"))),
        }
    }

    /// Releases what is held.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn cancel(&mut self, conn: &mut PgConn, reason: CancelReason) -> Result<Result<Done, Refusal>, DbError> {
        let Some(found) = self.operation else { return Ok(Err(Refusal::NoOperation)) };
        if found.status != Status::Reserved {
            return Ok(Ok(Done::Already(found.status)));
        }
        let reason = match reason {
            CancelReason::User => "user",
            CancelReason::Failed => "failed",
        };
        let row: Word = diesel::sql_query("SELECT psycheos.usage_cancel($1, $2, $3) AS word")
            .bind::<SqlUuid, _>(self.run.0)
            .bind::<Text, _>(&self.kind)
            .bind::<Text, _>(reason)
            .get_result(conn)
            .await?;
        match row.word.as_str() {
            "canceled" => self.done(conn, Done::Canceled).await,
            word => Err(DbError::Wrong(format!("cancel: {word}"))),
        }
    }

    /// Reads the operation again after it was changed.
    async fn done(&mut self, conn: &mut PgConn, done: Done) -> Result<Result<Done, Refusal>, DbError> {
        let now = lock(conn, self.run, &self.kind, None).await?;
        self.operation = now.and_then(|usage| usage.operation);
        Ok(Ok(done))
    }
}
