//! `POST /v1/links/issue`, `/verify`: passes for other programs (R17, R18).
use bot_kit::{Launch, Offer};
use chrono::{DateTime, Utc};
use db::{
    DbError, PgConn,
    links::{self, Issued, Taken},
    money,
    service_keys::LiveKey,
    usage::Refusal,
};
use domain::{CaseId, KeyScope, PassId, PassRefusal, Role, RunId, ServiceId, Stars, TelegramId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    V1,
    call::{Call, Reply, Verdict, lives},
    problem::Problem,
};

/// How long a pass lives unless said otherwise.
const TTL_SECS: i64 = 86_400;
/// The longest name of a person.
const LONGEST_SUBJECT: usize = 100;

/// Makes a launch of a tool: a run, and the pass that opens it once, to one person.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Issue {
    /// The tool.
    service_id: Tool,
    /// The case.
    context_id: CaseId,
    /// A new random UUID: the launch's id from here to the charge.
    run_id: RunId,
    /// Who the pass is for.
    role: Role,
    /// What your program calls that person; comes back when the pass is verified. No name, no address.
    #[serde(default)]
    #[schema(pattern = "^[A-Za-z0-9_.:-]{1,100}$")]
    subject_id: Option<String>,
    /// Seconds the pass lives.
    #[serde(default = "usual_ttl", deserialize_with = "domain::whole::deserialize")]
    #[schema(minimum = 60, maximum = 1_209_600, default = 86_400)]
    ttl_secs: i64,
}

/// A tool that is launched with a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Tool {
    Screen,
    Interpretator,
    Conceptualizator,
    Simulator,
}

impl Tool {
    const fn service(self) -> ServiceId {
        match self {
            Self::Screen => ServiceId::Screen,
            Self::Interpretator => ServiceId::Interpretator,
            Self::Conceptualizator => ServiceId::Conceptualizator,
            Self::Simulator => ServiceId::Simulator,
        }
    }
}

/// A pass that was made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Pass)]
pub(crate) struct Made {
    /// `issued`, or `already_issued` for a repetition.
    status: &'static str,
    /// The pass's id; it opens nothing.
    pass_id: PassId,
    run_id: RunId,
    /// What stands behind `start=` in the link: the pass itself.
    start_param: String,
    /// The link to hand over.
    url: String,
    expires_at: DateTime<Utc>,
}

fn usual_ttl() -> i64 {
    TTL_SECS
}

impl Call for Issue {
    const ACTION: &'static str = "link_issue";
    const SCOPE: KeyScope = KeyScope::LinksIssue;

    fn check(&self) -> Result<(), Problem> {
        let bad = |why: String| Err(Problem::BadRequest(why));
        lives(self.ttl_secs)?;
        if self.role != db::passes::role_in(self.service_id.service()) {
            return Err(Problem::RoleMismatch);
        }
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':' | b'-');
        let named = |name: &String| (1..=LONGEST_SUBJECT).contains(&name.len()) && name.bytes().all(allowed);
        if !self.subject_id.as_ref().is_none_or(named) {
            return bad(format!("subject_id must be 1 to {LONGEST_SUBJECT} characters A-Z a-z 0-9 _ . : -."));
        }
        if self.run_id.0.is_nil() {
            return bad("run_id must be a random UUID.".into());
        }
        Ok(())
    }

    async fn run(&self, v1: &V1, conn: &mut PgConn, key: &LiveKey) -> Result<Verdict, DbError> {
        let refused = |case, problem| Ok(Verdict::refused(case, problem, &format!("run={}", self.run_id)));
        let Some(case) = links::lock_case(conn, self.context_id, key.owner).await? else {
            return refused(None, Problem::CaseNotFound);
        };
        match links::find_issued(conn, &v1.keys, self.run_id).await? {
            Taken::Free => {}
            Taken::Issued(issued) if self.is(&issued) => {
                return match issued.token {
                    Some(ref token) => self.made(v1, "already_issued", issued.pass, token, issued.expires_at),
                    None => refused(Some(self.context_id), Problem::PassGone),
                };
            }
            Taken::Issued(_) | Taken::WithoutPass => return refused(None, Problem::RunTaken),
        }
        if case.closed {
            return refused(Some(self.context_id), Problem::CaseClosed);
        }
        let reserve = match self.held_now(conn, case.owner).await? {
            Ok(reserve) => reserve,
            Err(refusal) => return refused(Some(self.context_id), Problem::Refused(refusal)),
        };
        let launch = Launch {
            run: self.run_id,
            pass: PassId(Uuid::now_v7()),
            token: Uuid::new_v4().simple().to_string(),
            case: self.context_id,
            service: self.service_id.service(),
            role: self.role,
            ttl_secs: self.ttl_secs,
            reserve,
        };
        turn::launch(conn, &v1.keys, case.owner, &launch).await?;
        let expires_at = links::set_subject(conn, self.run_id, self.subject_id.as_deref()).await?;
        self.made(v1, "issued", launch.pass, &launch.token, expires_at)
    }
}

impl Issue {
    /// An invitation of a client holds its Stars, as in Pro; a specialist's tool holds them when it is opened or reserved.
    async fn held_now(&self, conn: &mut PgConn, owner: UserId) -> Result<Result<Option<Stars>, Refusal>, DbError> {
        if self.role != Role::Client {
            return Ok(Ok(None));
        }
        let Offer { price, available } = money::lock_offer(conn, owner, self.service_id.service()).await?;
        if available < price {
            return Ok(Err(Refusal::Insufficient { cost: price, missing: Stars(price.0 - available.0) }));
        }
        Ok(Ok(Some(price)))
    }

    /// A repetition has the fields of the first call; how long it lives was decided then.
    fn is(&self, issued: &Issued) -> bool {
        issued.case == self.context_id
            && issued.service == self.service_id.service()
            && issued.role == self.role
            && issued.subject == self.subject_id
    }

    fn made(
        &self,
        v1: &V1,
        status: &'static str,
        pass: PassId,
        token: &str,
        expires_at: DateTime<Utc>,
    ) -> Result<Verdict, DbError> {
        let bot = v1.bots.of(self.service_id.service().bot());
        let answer = Made {
            status,
            pass_id: pass,
            run_id: self.run_id,
            start_param: token.to_owned(),
            url: format!("https://t.me/{bot}?start={token}"),
            expires_at,
        };
        let detail = format!("{status} run={} pass={pass}", self.run_id);
        Ok(Verdict { case: Some(self.context_id), detail, answer: Ok(Reply::json(&answer)?), messages: false })
    }
}

/// Checks a pass that a person shows and uses it: the first who opens it owns it, and may come back until it ends.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Verify {
    /// What stood behind `start=` in the link.
    #[schema(min_length = 1, max_length = 64)]
    start_param: String,
    /// The tool it was shown to.
    service_id: Tool,
    /// Whom the tool is for.
    role: Role,
    /// The Telegram id of the person who shows it.
    #[serde(deserialize_with = "domain::whole::deserialize")]
    #[schema(minimum = 1, maximum = 4_503_599_627_370_495_i64)]
    telegram_id: i64,
}

/// What a pass leads to. With `valid` the run's fields are there, without it `reason`.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct Verified {
    /// Whether the person may enter.
    valid: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<PassRefusal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    context_id: Option<CaseId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    run_id: Option<RunId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_id: Option<ServiceId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<Role>,
    /// What the program that made the pass calls the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject_id: Option<String>,
    /// It was opened for the first time.
    #[serde(skip_serializing_if = "Option::is_none")]
    first_opening: Option<bool>,
    /// Until when the person may come back.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<DateTime<Utc>>,
}

impl Call for Verify {
    const ACTION: &'static str = "link_verify";
    const SCOPE: KeyScope = KeyScope::LinksVerify;

    fn check(&self) -> Result<(), Problem> {
        if !(1..=64).contains(&self.start_param.chars().count()) {
            return Err(Problem::BadRequest("start_param must have 1 to 64 characters.".into()));
        }
        if !(1..1_i64 << 52).contains(&self.telegram_id) {
            return Err(Problem::BadRequest("telegram_id must be a Telegram user's id.".into()));
        }
        Ok(())
    }

    async fn run(&self, _: &V1, conn: &mut PgConn, key: &LiveKey) -> Result<Verdict, DbError> {
        let (service, person) = (self.service_id.service(), TelegramId(self.telegram_id));
        let found = links::verify(conn, &self.start_param, service, self.role, person, key.owner).await?;
        let (case, detail, answer) = match found {
            Ok(found) => {
                let word = if found.first { "first" } else { "again" };
                let answer = Verified {
                    valid: true,
                    context_id: Some(found.case),
                    run_id: Some(found.run),
                    service_id: Some(service),
                    role: Some(self.role),
                    subject_id: found.subject,
                    first_opening: Some(found.first),
                    expires_at: Some(found.expires_at),
                    reason: None,
                };
                (Some(found.case), format!("{word} run={}", found.run), answer)
            }
            Err(why) => (None, why.as_str().to_owned(), Verified { reason: Some(why), ..Verified::default() }),
        };
        Ok(Verdict { case, detail, answer: Ok(Reply::json(&answer)?), messages: false })
    }
}
