//! Answers to a flow's needs.
use bot_kit::{Facts, Need, Offer, PassCheck, Person, Wallet};
use db::{DbError, Keyring, PgConn, cases, money, passes, people, results, screening};
use domain::{BotId, CaseId, RunId, ServiceId, Stars, UserId};

/// For whom the needs are answered.
pub(crate) struct Asker<'a> {
    pub bot: BotId,
    pub person: &'a Person,
    pub owner: Option<UserId>,
    pub bound: Option<(RunId, CaseId)>,
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
        Need::OpenPass { token, service } => {
            let (check, bound) = passes::open(conn, asker.bot, service, &token, asker.person.telegram_id).await?;
            if let Some((run, case)) = bound.filter(|_| matches!(check, PassCheck::Opened { .. })) {
                asker.bound = Some((run, case));
                facts.run = passes::find_bound(conn, keys, run).await?;
            }
            facts.pass = Some(check);
        }
        Need::BoundRun => {
            if let Some((run, _)) = asker.bound {
                facts.run = passes::find_bound(conn, keys, run).await?;
            }
        }
        Need::Run { run } => facts.run = passes::find_bound(conn, keys, run).await?,
        Need::Cases { .. }
        | Need::Case { .. }
        | Need::Launch { .. }
        | Need::Results { .. }
        | Need::Result { .. }
        | Need::Wallet
        | Need::Danger { .. } => {
            // Everything below belongs to a specialist; for anybody else it does not exist.
            if let Some(owner) = asker.owner {
                answer_owner(conn, keys, owner, need, facts).await?;
            }
        }
    }
    Ok(())
}

async fn answer_owner(conn: &mut PgConn, keys: &Keyring, owner: UserId, need: Need, facts: &mut Facts) -> Result<(), DbError> {
    match need {
        Need::Cases { archived, page } => facts.cases = Some(cases::list(conn, keys, owner, archived, page).await?),
        Need::Case { case } => facts.case = cases::find_card(conn, keys, owner, case).await?,
        Need::Launch { case, service } => {
            // The wallet first: its lock makes two launches of one specialist serial, so that the second sees the first.
            let (available, price) = money::lock_offer(conn, owner, service).await?;
            facts.offer = Some(Offer { price, available });
            facts.case = cases::find_card(conn, keys, owner, case).await?;
        }
        Need::Results { case, page } => {
            facts.case = cases::find_card(conn, keys, owner, case).await?;
            if facts.case.is_some() {
                facts.results = Some(results::list(conn, keys, owner, case, page).await?);
            }
        }
        Need::Result { artifact } => facts.result = results::find_card(conn, keys, owner, artifact).await?,
        Need::Wallet => {
            let (balance, reserved) = people::wallet(conn, owner).await?;
            let screening_price = money::price(conn, ServiceId::Screen).await?;
            facts.wallet = Some(Wallet { available: Stars(balance.0 - reserved.0), reserved, screening_price });
        }
        Need::Danger { event } => facts.danger = screening::find_danger(conn, owner, event).await?,
        Need::UseInvite { .. } | Need::OpenPass { .. } | Need::BoundRun | Need::Run { .. } => {}
    }
    Ok(())
}
