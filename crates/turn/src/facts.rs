//! Answers to a flow's needs.
use bot_kit::{Credit, Facts, Need, PassCheck, Payment, Person, PortraitText, ResultCard};
use db::{
    DbError, Keyring, PgConn,
    audit::{self, Act},
    cases, invites, mending, money, passes, payments, people, results, screening, training, wallets,
};
use domain::{BotId, CaseId, OperationId, Role, RunId, ServiceId, UserId, artifact::Artifact};
use idempotency_key::{self as key, About, Actor};
use uuid::Uuid;

use crate::apply::{RESERVE_MARGIN_SECS, bad_key};

/// For whom the needs are answered.
pub(crate) struct Asker<'a> {
    pub bot: BotId,
    pub person: &'a Person,
    pub owner: Option<UserId>,
    pub bound: Option<(RunId, CaseId)>,
    pub is_admin: bool,
}

/// Answers all needs; a pass that opened binds the asker to its run.
pub(crate) async fn answer(conn: &mut PgConn, keys: &Keyring, asker: &mut Asker<'_>, needs: Vec<Need>) -> Result<Facts, DbError> {
    let mut facts = Facts::default();
    for need in needs {
        answer_one(conn, keys, asker, need, &mut facts).await?;
    }
    Ok(facts)
}

async fn answer_one(
    conn: &mut PgConn,
    keys: &Keyring,
    asker: &mut Asker<'_>,
    need: Need,
    facts: &mut Facts,
) -> Result<(), DbError> {
    match need {
        Need::UseInvite { token } => {
            facts.invite = Some(asker.owner.is_none() && people::use_invite(conn, &token).await?);
        }
        Need::OpenPass { token, service } => open_pass(conn, keys, asker, &token, service, facts).await?,
        Need::BoundRun => {
            if let Some((run, _)) = asker.bound {
                facts.run = passes::find_bound(conn, keys, run).await?;
            }
        }
        Need::OwnAnswers => {
            if let Some((run, case)) = asker.bound {
                facts.own_answers = screening::find_own(conn, keys, case, run).await?;
            }
        }
        Need::Run { run } => facts.run = passes::find_bound(conn, keys, run).await?,
        Need::CheckPayment(checkout) => {
            facts.checkout = Some(payments::check(conn, asker.person.telegram_id, &checkout).await?);
        }
        Need::CreditPayment(payment) => credit(conn, keys, asker, &payment, facts).await?,
        Need::TakeBack(payment) => {
            facts.returned = Some(payments::take_back(conn, asker.person.telegram_id, &payment.charge).await?);
        }
        Need::Members { .. }
        | Need::Member { .. }
        | Need::Finance
        | Need::Payments { .. }
        | Need::Payment { .. }
        | Need::Invites { .. }
        | Need::Invite { .. }
        | Need::Health
        | Need::Failed { .. }
        | Need::FailedOne { .. }
        | Need::Audience => {
            // For anybody but an administrator the platform's money does not exist.
            if let Some(admin) = asker.owner.filter(|_| asker.is_admin) {
                answer_admin(conn, admin, need, facts).await?;
            }
        }
        Need::Cases { .. }
        | Need::Case { .. }
        | Need::Launch { .. }
        | Need::Offer { .. }
        | Need::Results { .. }
        | Need::Result { .. }
        | Need::Wallet
        | Need::Statement { .. }
        | Need::Rates
        | Need::Prices
        | Need::WaitingLaunch
        | Need::Training { .. }
        | Need::Danger { .. } => {
            // Everything below belongs to a specialist; for anybody else it does not exist.
            if let Some(owner) = asker.owner {
                answer_owner(conn, keys, owner, need, facts).await?;
            }
        }
    }
    Ok(())
}

/// Opens a pass and binds the asker to its run. A specialist's tool is paid from here on: what it costs is held in the same
/// transaction, or the pass stays closed.
async fn open_pass(
    conn: &mut PgConn,
    keys: &Keyring,
    asker: &mut Asker<'_>,
    token: &str,
    service: ServiceId,
    facts: &mut Facts,
) -> Result<(), DbError> {
    if passes::role_in(service) == Role::Specialist
        && let Some(first) = passes::lock_first_opening(conn, service, token, asker.person.telegram_id).await?
        && !hold(conn, &first, service).await?
    {
        facts.pass = Some(PassCheck::TooFewStars(first.offer));
        return Ok(());
    }
    let (check, bound) = passes::open(conn, asker.bot, service, token, asker.person.telegram_id).await?;
    if let Some((run, case)) = bound.filter(|_| matches!(check, PassCheck::Opened { .. })) {
        asker.bound = Some((run, case));
        facts.run = passes::find_bound(conn, keys, run).await?;
    }
    facts.pass = Some(check);
    Ok(())
}

/// How long a specialist's tool may be worked with before its reserve runs out, unless the worker extends it.
const TOOL_SECS: i64 = 24 * 3600;

async fn hold(conn: &mut PgConn, first: &passes::FirstOpening, service: ServiceId) -> Result<bool, DbError> {
    let about = About { service: Some(service), run: Some(first.run), case: Some(first.case), actor: Actor::User(first.owner) };
    let key = key::usage_reserve(about, money::RUN).map_err(bad_key)?;
    let (operation, ttl) = (OperationId(Uuid::now_v7()), TOOL_SECS + RESERVE_MARGIN_SECS);
    let held = money::reserve(conn, operation, first.run, first.offer.price, ttl, key.as_str()).await?;
    Ok(held != money::Reserved::Insufficient)
}

/// Credits a payment. A launch that waited for it is looked at as if it were asked for now.
async fn credit(
    conn: &mut PgConn,
    keys: &Keyring,
    asker: &Asker<'_>,
    payment: &Payment,
    facts: &mut Facts,
) -> Result<(), DbError> {
    let (credit, user) = payments::credit(conn, asker.person.telegram_id, payment).await?;
    if let (Credit::Done { launch: Some(launch), .. }, Some(user)) = (credit, user) {
        let need = Need::Launch { case: launch.case, service: launch.service };
        answer_owner(conn, keys, user, need, facts).await?;
    }
    facts.paid = Some(credit);
    Ok(())
}

/// What a client may be given of a result: Screen's portrait, Conceptualizator's letter.
fn portrait_of(content: &Artifact) -> Option<PortraitText> {
    match content.meta.service_id {
        ServiceId::Screen => bot_screen::report::portrait_of(&content.raw),
        ServiceId::Conceptualizator => bot_conceptualizator::result::letter_of(&content.raw),
        ServiceId::Interpretator | ServiceId::Simulator | ServiceId::ProGuide => None,
    }
}

async fn answer_admin(conn: &mut PgConn, admin: UserId, need: Need, facts: &mut Facts) -> Result<(), DbError> {
    match need {
        Need::Members { search, page } => facts.members = Some(wallets::list_members(conn, search.as_deref(), page).await?),
        Need::Member { user } => {
            facts.member = wallets::find_member(conn, user).await?;
            facts.given = money::given_within_a_day(conn, admin).await?;
        }
        Need::Finance => facts.finance = Some(wallets::finance(conn).await?),
        Need::Payments { page } => facts.payments = Some(payments::list(conn, page).await?),
        Need::Payment { payment } => facts.payment = payments::find(conn, payment).await?,
        Need::Invites { page } => facts.invites = Some(invites::list(conn, page).await?),
        Need::Invite { invite } => facts.invite_line = invites::find(conn, invite).await?,
        Need::Health => facts.health = Some(mending::health(conn).await?),
        Need::Failed { queue, page } => facts.failed = Some(mending::list_failed(conn, queue, page).await?),
        Need::FailedOne { id } => facts.failed_one = mending::find_failed(conn, id).await?,
        Need::Audience => facts.audience = Some(people::audience(conn).await?),
        _ => {}
    }
    Ok(())
}

async fn answer_owner(conn: &mut PgConn, keys: &Keyring, owner: UserId, need: Need, facts: &mut Facts) -> Result<(), DbError> {
    match need {
        Need::Cases { archived, page } => facts.cases = Some(cases::list(conn, keys, owner, archived, page).await?),
        Need::Case { case } => {
            facts.case = cases::find_card(conn, keys, owner, case).await?;
            if facts.case.is_some() {
                audit::record(conn, owner, Act::CaseView, Some(case), None).await?;
            }
        }
        Need::Launch { case, service } => {
            // The wallet first: its lock makes two launches of one specialist serial, so that the second sees the first.
            facts.offer = Some(money::lock_offer(conn, owner, service).await?);
            facts.case = cases::find_card(conn, keys, owner, case).await?;
            if passes::role_in(service) == Role::Specialist {
                facts.waiting_pass = passes::find_waiting(conn, keys, owner, case, service).await?;
            }
        }
        Need::Results { case, page } => {
            facts.case = cases::find_card(conn, keys, owner, case).await?;
            if facts.case.is_some() {
                facts.results = Some(results::list(conn, keys, owner, case, page).await?);
            }
        }
        Need::Result { artifact } => {
            facts.result = results::find_card(conn, keys, owner, artifact)
                .await?
                .map(|card| ResultCard { portrait: portrait_of(&card.content), ..card });
            if let Some(card) = &facts.result {
                audit::record(conn, owner, Act::ResultView, Some(card.case), Some(artifact)).await?;
            }
        }
        Need::Offer { service } => {
            facts.offer = Some(money::find_offer(conn, owner, service).await?);
        }
        Need::Wallet => facts.wallet = Some(wallets::find(conn, keys, owner).await?),
        Need::Statement { page } => facts.statement = Some(wallets::list_statement(conn, keys, owner, page).await?),
        Need::Rates => facts.rates = wallets::list_rates(conn).await?,
        Need::Prices => facts.prices = wallets::list_prices(conn).await?,
        Need::WaitingLaunch => facts.waits_for_payment = payments::launch_waits(conn, owner).await?,
        Need::Training { locale } => {
            let kept = training::find(conn, owner).await?;
            facts.training =
                kept.and_then(|kept| bot_simulator::trend::shown(kept.history, usize::try_from(kept.sessions).ok()?, locale));
        }
        Need::Danger { event } => facts.danger = screening::find_danger(conn, owner, event).await?,
        _ => {}
    }
    Ok(())
}
