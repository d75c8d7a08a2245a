//! What all calls have in common: key, scope, body, one transaction with its line in the audit log, answer.
use std::{future::Future, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::CONTENT_TYPE,
    web::{self, Bytes},
};
use db::{
    DbError, PgConn, Pool,
    service_keys::{self, LiveKey},
};
use domain::{CaseId, KeyScope};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    V1, auth,
    problem::{Problem, REQUEST_ID, RequestId},
};

/// The largest body, in bytes.
const LARGEST_BODY: usize = 64 * 1024;
/// How long a body may take to arrive.
const BODY_TIME: Duration = Duration::from_secs(10);
/// A conflict of concurrent transactions is tried again in place so many times.
const AGAIN: usize = 2;

/// A call of a route: its body, and what it does.
pub(crate) trait Call: DeserializeOwned + Send + Sync + 'static {
    /// Its name in the audit log.
    const ACTION: &'static str;
    /// What the key must be allowed.
    const SCOPE: KeyScope;
    /// What it answers with.
    type Answer: Serialize + Send + 'static;

    /// What the form of the body cannot say about its fields.
    fn check(&self) -> Result<(), String>;

    /// Does it, in a transaction that is committed with its line in the audit log, or not at all.
    fn run(&self, conn: &mut PgConn, key: &LiveKey) -> impl Future<Output = Result<Verdict<Self::Answer>, DbError>> + Send;
}

/// What came of a call.
pub(crate) struct Verdict<A> {
    /// The case it was about.
    pub case: Option<CaseId>,
    /// For the audit log, in words and ids of ours.
    pub detail: String,
    /// For the caller.
    pub answer: Result<A, Problem>,
}

/// Handles a call.
pub(crate) async fn post<C: Call>(request: HttpRequest, payload: web::Payload, v1: web::Data<V1>) -> HttpResponse {
    let id = RequestId::new();
    match answer::<C>(&request, payload, &v1, &id).await {
        Ok(answer) => HttpResponse::Ok().insert_header((REQUEST_ID, id.as_str())).json(answer),
        Err(problem) => problem.response(&id),
    }
}

async fn answer<C: Call>(request: &HttpRequest, payload: web::Payload, v1: &V1, id: &RequestId) -> Result<C::Answer, Problem> {
    let key = known_key(request, v1, id, C::ACTION).await?;
    let asked =
        if key.scopes.contains(&C::SCOPE) { read::<C>(request, payload).await } else { Err(Problem::MissingScope(C::SCOPE)) };
    let (pool, of) = (v1.pool.clone(), id.clone());
    let about = key.id;
    let carried = v1.runtime.spawn(async move { carry_out(&pool, &key, asked, &of).await }).await;
    match carried {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => Err(failed(&error, C::ACTION, &about.to_string(), id)),
        Err(_) => {
            tracing::error!(request = %id, action = C::ACTION, key = %about, code = "panic", "call failed");
            Err(Problem::Ours)
        }
    }
}

/// The key is looked up before the body is read.
async fn known_key(request: &HttpRequest, v1: &V1, id: &RequestId, action: &'static str) -> Result<LiveKey, Problem> {
    let refused = || {
        tracing::warn!(request = %id, action, "call without a valid key");
        Problem::NoKey
    };
    let hash = auth::presented(request).ok_or_else(refused)?;
    let pool = v1.pool.clone();
    match v1.runtime.spawn(async move { auth::find(&pool, &hash).await }).await {
        Ok(Ok(key)) => key.ok_or_else(refused),
        Ok(Err(error)) => Err(failed(&error, action, "unknown", id)),
        Err(_) => Err(Problem::Ours),
    }
}

/// The body as the route takes it. What is wrong is told by its place, never by its value.
async fn read<C: Call>(request: &HttpRequest, payload: web::Payload) -> Result<C, Problem> {
    let given = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = given.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        return Err(Problem::NotJson);
    }
    let body: Bytes = match tokio::time::timeout(BODY_TIME, payload.to_bytes_limited(LARGEST_BODY)).await {
        Ok(Ok(Ok(body))) => body,
        Ok(Ok(Err(_))) => return Err(Problem::BadRequest("The body ended before its end.".into())),
        Ok(Err(_)) => return Err(Problem::TooLarge),
        Err(_) => return Err(Problem::TooSlow),
    };
    let call: C = parse(&body).map_err(|place| {
        let why = "a field is absent, unknown, doubled or of another type";
        Problem::BadRequest(format!("The body is not the JSON object this route takes ({place}): {why}."))
    })?;
    call.check().map_err(Problem::BadRequest)?;
    Ok(call)
}

/// An object of the call's fields; an array of their values, which the parser would take too, is none. The error is a place.
fn parse<C: DeserializeOwned>(body: &[u8]) -> Result<C, String> {
    if body.trim_ascii_start().first() != Some(&b'{') {
        return Err("line 1".into());
    }
    serde_json::from_slice(body).map_err(|error| format!("line {}, column {}", error.line(), error.column()))
}

async fn carry_out<C: Call>(
    pool: &Pool,
    key: &LiveKey,
    asked: Result<C, Problem>,
    id: &RequestId,
) -> Result<Result<C::Answer, Problem>, DbError> {
    let call = match asked {
        Ok(call) => call,
        Err(problem) => {
            let detail = problem.code().1;
            let line = service_keys::Call { key: key.id, action: C::ACTION, case: None, detail, trace: id.as_str() };
            service_keys::record(&mut *pool.get().await?, &line).await?;
            return Ok(Err(problem));
        }
    };
    let mut attempt = 0;
    loop {
        match once(pool, key, &call, id).await {
            Err(DbError::Conflict(_)) if attempt < AGAIN => attempt += 1,
            done => return done,
        }
    }
}

async fn once<C: Call>(pool: &Pool, key: &LiveKey, call: &C, id: &RequestId) -> Result<Result<C::Answer, Problem>, DbError> {
    let mut tx = pool.begin().await?;
    let verdict = call.run(&mut tx, key).await?;
    let (case, detail) = (verdict.case, verdict.detail.as_str());
    let line = service_keys::Call { key: key.id, action: C::ACTION, case, detail, trace: id.as_str() };
    service_keys::record(&mut tx, &line).await?;
    tx.commit().await?;
    Ok(verdict.answer)
}

fn failed(error: &DbError, action: &'static str, key: &str, id: &RequestId) -> Problem {
    let problem = Problem::from(error);
    match problem {
        Problem::Away => tracing::warn!(request = %id, action, key, code = error.code(), reason = %error, "call put off"),
        _ => tracing::error!(request = %id, action, key, code = error.code(), reason = %error, "call failed"),
    }
    problem
}
