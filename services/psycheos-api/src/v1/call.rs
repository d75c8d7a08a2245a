//! What all calls have in common: key, scope, pace, what was sent, one transaction with its line in the audit log, answer.
use std::{future::Future, ops::RangeInclusive, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    web::{self, Bytes},
};
use db::{
    DbError, PgConn,
    service_keys::{self, LiveKey},
};
use domain::{CaseId, KeyScope};
use serde::{Serialize, de::DeserializeOwned};
use telemetry::span;
use tracing::Instrument as _;

use super::{
    V1, auth,
    problem::{Problem, REQUEST_ID, RequestId},
};

/// How long a body may take to arrive.
const BODY_TIME: Duration = Duration::from_secs(10);
/// A conflict of concurrent transactions is tried again in place so many times.
const AGAIN: usize = 2;

/// A call of a route: what is sent, and what it does.
pub(crate) trait Call: DeserializeOwned + Send + Sync + 'static {
    /// Its name in the audit log.
    const ACTION: &'static str;
    /// What the key must be allowed.
    const SCOPE: KeyScope;
    /// The largest body, in bytes.
    const LARGEST_BODY: usize = 64 * 1024;

    /// What the form cannot say about the fields.
    fn check(&self) -> Result<(), Problem> {
        Ok(())
    }

    /// What takes its time and needs no database: texts read, documents made.
    fn prepare(&mut self) -> Result<(), Problem> {
        Ok(())
    }

    /// Does it, in a transaction that is committed with its line in the audit log, or not at all.
    fn run(&self, v1: &V1, conn: &mut PgConn, key: &LiveKey) -> impl Future<Output = Result<Verdict, DbError>> + Send;
}

/// How long a pass or a reserve may live, in seconds: a minute to two weeks.
const TTL_ALLOWED: RangeInclusive<i64> = 60..=1_209_600;

/// Refuses a lifetime that is too short or too long.
pub(crate) fn lives(ttl_secs: i64) -> Result<(), Problem> {
    if TTL_ALLOWED.contains(&ttl_secs) {
        return Ok(());
    }
    Err(Problem::BadRequest(format!("ttl_secs must be {} to {}.", TTL_ALLOWED.start(), TTL_ALLOWED.end())))
}

/// What came of a call.
pub(crate) struct Verdict {
    /// The case it was about.
    pub case: Option<CaseId>,
    /// For the audit log, in words and ids of ours.
    pub detail: String,
    /// For the caller.
    pub answer: Result<Reply, Problem>,
    /// A message was put into the outbox.
    pub messages: bool,
}

impl Verdict {
    /// A refusal. `about` goes into the audit log behind the problem's code.
    pub fn refused(case: Option<CaseId>, problem: Problem, about: &str) -> Self {
        Self { case, detail: format!("{} {about}", problem.code().1), answer: Err(problem), messages: false }
    }
}

/// What is answered with 200.
pub(crate) struct Reply {
    kind: &'static str,
    bytes: Vec<u8>,
    name: Option<String>,
}

impl Reply {
    /// An object.
    pub fn json(answer: &impl Serialize) -> Result<Self, DbError> {
        let bytes = serde_json::to_vec(answer).map_err(|_| DbError::Corrupt("an answer that is no JSON"))?;
        Ok(Self { kind: "application/json", bytes, name: None })
    }

    /// A file with a name of ours.
    pub fn file(kind: &'static str, name: String, bytes: Vec<u8>) -> Self {
        Self { kind, bytes, name: Some(name) }
    }

    fn response(self, id: &RequestId) -> HttpResponse {
        let mut response = HttpResponse::Ok();
        response.insert_header((REQUEST_ID, id.as_str())).insert_header(("cache-control", "no-store")).content_type(self.kind);
        if let Some(name) = self.name {
            response.insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")));
        }
        response.body(self.bytes)
    }
}

/// Handles a call that sends an object.
pub(crate) async fn post<C: Call>(request: HttpRequest, payload: web::Payload, v1: web::Data<V1>) -> HttpResponse {
    let id = RequestId::new();
    let answered = async {
        let key = known_key::<C>(&request, &v1, &id).await?;
        let asked = if allowed::<C>(&key) { read_body::<C>(&request, payload).await } else { missing_scope::<C>() };
        answer(asked, key, &v1, &id).await
    };
    respond(answered.await, &id)
}

/// Handles a call that asks with the path and the query.
pub(crate) async fn get<C: Call>(request: HttpRequest, v1: web::Data<V1>) -> HttpResponse {
    let id = RequestId::new();
    let answered = async {
        let key = known_key::<C>(&request, &v1, &id).await?;
        let asked = if allowed::<C>(&key) { read_query::<C>(&request) } else { missing_scope::<C>() };
        answer(asked, key, &v1, &id).await
    };
    respond(answered.await, &id)
}

fn respond(answered: Result<Reply, Problem>, id: &RequestId) -> HttpResponse {
    match answered {
        Ok(reply) => reply.response(id),
        Err(problem) => problem.response(id),
    }
}

fn allowed<C: Call>(key: &LiveKey) -> bool {
    key.scopes.contains(&C::SCOPE)
}

fn missing_scope<C: Call>() -> Result<C, Problem> {
    Err(Problem::MissingScope(C::SCOPE))
}

async fn answer<C: Call>(asked: Result<C, Problem>, key: LiveKey, v1: &V1, id: &RequestId) -> Result<Reply, Problem> {
    let about = key.id;
    let (shared, of) = (v1.clone(), id.clone());
    let work = async move {
        let ready = match asked {
            Ok(call) => prepared(call, &shared).await,
            Err(problem) => Err(problem),
        };
        carry_out(&shared, &key, ready, &of).await
    };
    let carried = v1.runtime.spawn(work.instrument(span::call(C::ACTION)));
    match carried.await {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => Err(failed(&error, C::ACTION, &about.to_string(), id)),
        Err(_) => {
            tracing::error!(request = %id, action = C::ACTION, key = %about, code = "panic", "call failed");
            Err(Problem::Ours)
        }
    }
}

/// Away from the threads that serve: a document takes its time.
async fn prepared<C: Call>(mut call: C, v1: &V1) -> Result<C, Problem> {
    let making = v1.runtime.spawn_blocking(move || call.prepare().map(|()| call));
    making.await.unwrap_or(Err(Problem::Ours))
}

/// The key is looked up before anything else is read.
async fn known_key<C: Call>(request: &HttpRequest, v1: &V1, id: &RequestId) -> Result<LiveKey, Problem> {
    let refused = || {
        tracing::warn!(request = %id, action = C::ACTION, "call without a valid key");
        Problem::NoKey
    };
    let hash = auth::presented(request).ok_or_else(refused)?;
    let pool = v1.pool.clone();
    match v1.runtime.spawn(async move { auth::find(&pool, &hash).await }).await {
        Ok(Ok(key)) => paced::<C>(key.ok_or_else(refused)?, id),
        Ok(Err(error)) => Err(failed(&error, C::ACTION, "unknown", id)),
        Err(_) => Err(Problem::Ours),
    }
}

/// A key that is used too often is sent away before anything else is done; the log has it once a minute.
fn paced<C: Call>(key: LiveKey, id: &RequestId) -> Result<LiveKey, Problem> {
    match key.overused {
        Some(over) => {
            if over.first {
                tracing::warn!(request = %id, action = C::ACTION, key = %key.id, code = "too_many_requests", "a key is used too often");
            }
            Err(Problem::TooMany(over.again_in))
        }
        None => Ok(key),
    }
}

/// The body as the route takes it. What is wrong is told by its place, never by its value.
async fn read_body<C: Call>(request: &HttpRequest, payload: web::Payload) -> Result<C, Problem> {
    let given = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = given.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        return Err(Problem::NotJson);
    }
    let body: Bytes = match tokio::time::timeout(BODY_TIME, payload.to_bytes_limited(C::LARGEST_BODY)).await {
        Ok(Ok(Ok(body))) => body,
        Ok(Ok(Err(_))) => return Err(Problem::BadRequest("The body ended before its end.".into())),
        Ok(Err(_)) => return Err(Problem::TooLarge(C::LARGEST_BODY)),
        Err(_) => return Err(Problem::TooSlow),
    };
    let call: C = parse(&body).map_err(|place| {
        let why = "a field is absent, unknown, doubled or of another type";
        Problem::BadRequest(format!("The body is not the JSON object this route takes ({place}): {why}."))
    })?;
    call.check().map(|()| call)
}

/// An object of the call's fields; an array of their values, which the parser would take too, is none. The error is a place.
fn parse<C: DeserializeOwned>(body: &[u8]) -> Result<C, String> {
    if body.trim_ascii_start().first() != Some(&b'{') {
        return Err("line 1".into());
    }
    serde_json::from_slice(body).map_err(|error| format!("line {}, column {}", error.line(), error.column()))
}

/// What the path names and the query says, each once.
fn read_query<C: Call>(request: &HttpRequest) -> Result<C, Problem> {
    let named: Vec<String> = request.match_info().iter().map(|(name, value)| format!("{name}={value}")).collect();
    let query = [named.join("&"), request.query_string().to_owned()].into_iter().filter(|part| !part.is_empty());
    let query = query.collect::<Vec<_>>().join("&");
    let call = web::Query::<C>::from_query(&query).map_err(|_| {
        let why = "one is absent, unknown, doubled or not of its form";
        Problem::BadRequest(format!("The path and the parameters are not those of this route: {why}."))
    })?;
    let call = call.into_inner();
    call.check().map(|()| call)
}

async fn carry_out<C: Call>(
    v1: &V1,
    key: &LiveKey,
    asked: Result<C, Problem>,
    id: &RequestId,
) -> Result<Result<Reply, Problem>, DbError> {
    let call = match asked {
        Ok(call) => call,
        Err(problem) => {
            let detail = problem.code().1;
            let line = service_keys::Call { key: key.id, action: C::ACTION, case: None, detail, trace: id.as_str() };
            service_keys::record(&mut *v1.pool.get().await?, &line).await?;
            return Ok(Err(problem));
        }
    };
    let mut attempt = 0;
    loop {
        match once(v1, key, &call, id).await {
            Err(DbError::Conflict(_)) if attempt < AGAIN => attempt += 1,
            done => return done,
        }
    }
}

async fn once<C: Call>(v1: &V1, key: &LiveKey, call: &C, id: &RequestId) -> Result<Result<Reply, Problem>, DbError> {
    let mut tx = v1.pool.begin().await?;
    let verdict = call.run(v1, &mut tx, key).await?;
    let (case, detail) = (verdict.case, verdict.detail.as_str());
    let line = service_keys::Call { key: key.id, action: C::ACTION, case, detail, trace: id.as_str() };
    service_keys::record(&mut tx, &line).await?;
    tx.commit().await?;
    if verdict.messages {
        v1.waker.wake(db::wake::Channel::Outbox);
    }
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
