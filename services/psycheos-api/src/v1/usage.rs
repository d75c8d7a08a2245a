//! `POST /v1/usage/reserve`, `/commit`, `/cancel`: charges in two phases (R31, R32).
use chrono::{DateTime, Utc};
use db::{
    DbError, PgConn,
    money::RUN,
    service_keys::LiveKey,
    usage::{self, CancelReason, Done, LockedUsage, Refusal, Status},
};
use domain::{KeyScope, OperationId, RunId, Stars};
use idempotency_key::{self as key, About, Actor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    V1,
    call::{Call, Reply, Verdict, lives},
    problem::Problem,
};

/// How long a reserve lives unless said otherwise.
const TTL_SECS: i64 = 3600;
/// The longest name of an operation.
const LONGEST_OPERATION: usize = 40;

/// Holds the price of an operation. Owner, case and tool are the run's, the price is the table's.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reserve {
    run_id: RunId,
    /// What is paid for.
    #[serde(default = "run_operation")]
    #[schema(pattern = "^[a-z0-9_]{1,40}$", default = "run")]
    operation: String,
    /// Seconds the hold lives.
    #[serde(default = "usual_ttl", deserialize_with = "domain::whole::deserialize")]
    #[schema(minimum = 60, maximum = 1_209_600, default = 3600)]
    ttl_secs: i64,
}

/// Charges what is held, once there is an artifact.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Commit {
    run_id: RunId,
    /// What is paid for.
    #[serde(default = "run_operation")]
    #[schema(pattern = "^[a-z0-9_]{1,40}$", default = "run")]
    operation: String,
}

/// Releases what is held.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cancel {
    run_id: RunId,
    /// What is paid for.
    #[serde(default = "run_operation")]
    #[schema(pattern = "^[a-z0-9_]{1,40}$", default = "run")]
    operation: String,
    reason: Reason,
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Reason {
    User,
    Failed,
}

/// What an operation has come to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Usage)]
pub(crate) struct Answer {
    /// `reserved`, `committed`, `written_off`, `canceled`, or what it was before: `already_…`.
    status: &'static str,
    operation_id: OperationId,
    run_id: RunId,
    operation: String,
    cost_stars: Stars,
    reserved_until: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    settled_at: Option<DateTime<Utc>>,
}

fn run_operation() -> String {
    RUN.to_owned()
}

fn usual_ttl() -> i64 {
    TTL_SECS
}

impl Call for Reserve {
    const ACTION: &'static str = "usage_reserve";
    const SCOPE: KeyScope = KeyScope::UsageWrite;

    fn check(&self) -> Result<(), Problem> {
        lives(self.ttl_secs)?;
        named(&self.operation)
    }

    async fn run(&self, _: &V1, conn: &mut PgConn, key: &LiveKey) -> Result<Verdict, DbError> {
        let Some(mut usage) = usage::lock(conn, self.run_id, &self.operation, key.owner).await? else {
            return Ok(no_run(self.run_id, &self.operation));
        };
        let key = key_of(&usage)?;
        let operation = OperationId(Uuid::now_v7());
        let done = usage.reserve(conn, operation, self.ttl_secs, key.as_str()).await?;
        verdict(usage, done)
    }
}

impl Call for Commit {
    const ACTION: &'static str = "usage_commit";
    const SCOPE: KeyScope = KeyScope::UsageWrite;

    fn check(&self) -> Result<(), Problem> {
        named(&self.operation)
    }

    async fn run(&self, _: &V1, conn: &mut PgConn, key: &LiveKey) -> Result<Verdict, DbError> {
        let Some(mut usage) = usage::lock(conn, self.run_id, &self.operation, key.owner).await? else {
            return Ok(no_run(self.run_id, &self.operation));
        };
        let done = usage.commit(conn).await?;
        verdict(usage, done)
    }
}

impl Call for Cancel {
    const ACTION: &'static str = "usage_cancel";
    const SCOPE: KeyScope = KeyScope::UsageWrite;

    fn check(&self) -> Result<(), Problem> {
        named(&self.operation)
    }

    async fn run(&self, _: &V1, conn: &mut PgConn, key: &LiveKey) -> Result<Verdict, DbError> {
        let Some(mut usage) = usage::lock(conn, self.run_id, &self.operation, key.owner).await? else {
            return Ok(no_run(self.run_id, &self.operation));
        };
        let reason = match self.reason {
            Reason::User => CancelReason::User,
            Reason::Failed => CancelReason::Failed,
        };
        let done = usage.cancel(conn, reason).await?;
        verdict(usage, done)
    }
}

/// A name that may stand in a key and in the audit log.
fn named(operation: &str) -> Result<(), Problem> {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let good = (1..=LONGEST_OPERATION).contains(&operation.len()) && operation.bytes().all(allowed);
    if good {
        Ok(())
    } else {
        Err(Problem::BadRequest(format!("operation must be 1 to {LONGEST_OPERATION} characters a-z 0-9 _.")))
    }
}

/// The key of the operation: the same one the bots build, so that both mean the same operation.
fn key_of(usage: &LockedUsage) -> Result<key::Key, DbError> {
    let about =
        About { service: Some(usage.service), run: Some(usage.run), case: Some(usage.case), actor: Actor::User(usage.owner) };
    key::usage_reserve(about, &usage.kind).map_err(|error| DbError::Wrong(error.to_string()))
}

fn no_run(run: RunId, operation: &str) -> Verdict {
    Verdict::refused(None, Problem::RunNotFound, &format!("run={run} operation={operation}"))
}

fn verdict(usage: LockedUsage, done: Result<Done, Refusal>) -> Result<Verdict, DbError> {
    let about = format!("run={} operation={}", usage.run, usage.kind);
    let done = match done {
        Ok(done) => done,
        Err(refusal) => return Ok(Verdict::refused(Some(usage.case), Problem::Refused(refusal), &about)),
    };
    let operation = usage.operation.ok_or(DbError::Corrupt("an operation that is not there"))?;
    let answer = Answer {
        status: word(done),
        operation_id: operation.id,
        run_id: usage.run,
        operation: usage.kind.clone(),
        cost_stars: operation.cost,
        reserved_until: operation.reserved_until,
        settled_at: operation.settled_at,
    };
    let detail = format!("{} {about}", answer.status);
    Ok(Verdict { case: Some(usage.case), detail, answer: Ok(Reply::json(&answer)?), messages: false })
}

fn word(done: Done) -> &'static str {
    match done {
        Done::Reserved => "reserved",
        Done::Committed => "committed",
        Done::WrittenOff => "written_off",
        Done::Canceled => "canceled",
        Done::Already(Status::Reserved) => "already_reserved",
        Done::Already(Status::Committed) => "already_committed",
        Done::Already(Status::Canceled) => "already_canceled",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<C: Call>(text: &str) -> Result<C, String> {
        let call: C = serde_json::from_str(text).map_err(|error| error.to_string())?;
        call.check().map(|()| call).map_err(|problem| problem.code().1.to_owned())
    }

    const RUN_ID: &str = r#""run_id":"01923f5e-0000-7000-8000-000000000001""#;

    #[test]
    fn a_reserve_has_defaults_and_limits() {
        let usual = read::<Reserve>(&format!("{{{RUN_ID}}}")).unwrap();
        assert_eq!((usual.operation.as_str(), usual.ttl_secs), ("run", 3600));
        for (ttl, good) in [(59, false), (60, true), (1_209_600, true), (1_209_601, false), (-60, false)] {
            assert_eq!(read::<Reserve>(&format!("{{{RUN_ID},\"ttl_secs\":{ttl}}}")).is_ok(), good, "{ttl}");
        }
    }

    #[test]
    fn what_is_not_asked_for_is_refused() {
        for extra in [r#""cost_stars":1"#, r#""owner_user_id":"x""#, r#""reason":"user""#, r#""operation":"Run""#] {
            assert!(read::<Reserve>(&format!("{{{RUN_ID},{extra}}}")).is_err(), "{extra}");
        }
        for bad in ["", "Run", "a b", "run+again", "a|b", &"x".repeat(41)] {
            assert!(named(bad).is_err(), "{bad}");
        }
        assert!(read::<Cancel>(&format!("{{{RUN_ID}}}")).is_err(), "a reason is needed");
        assert!(read::<Cancel>(&format!("{{{RUN_ID},\"reason\":\"expired\"}}")).is_err());
        assert!(read::<Cancel>(&format!("{{{RUN_ID},\"reason\":\"failed\"}}")).is_ok());
    }
}
