//! What Pro is told about a result that was handed over by another program.
use bot_kit::{Danger, KeptArtifact};
use db::{DbError, KeyOwner, Keyring, PgConn, chat, passes, people, screening};
use domain::{BotId, DangerSource, SafetyEventId, lexicon::Sign};
use idempotency_key::{About, Actor, Cause};
use uuid::Uuid;

use crate::Letter;

/// Tells the specialist in Pro. A sign of danger is written down, goes before everything else and is told even where notices are off.
/// `true`: a message was put into the outbox.
///
/// # Errors
/// When the database fails.
pub async fn announce_result(
    conn: &mut PgConn,
    keys: &Keyring,
    kept: &KeptArtifact,
    danger: Option<(Sign, DangerSource)>,
) -> Result<bool, DbError> {
    let Some(run) = passes::find_bound(conn, keys, kept.run).await? else { return Ok(false) };
    let raised = match danger {
        Some((Sign { category, level }, source)) => {
            let event = SafetyEventId(Uuid::now_v7());
            let (run, case) = (kept.run, kept.case);
            screening::insert_danger(conn, &Danger { event, run, case, category, source, level }).await?;
            Some((level, event))
        }
        None => None,
    };
    if raised.is_none() && !run.notify {
        return Ok(false);
    }
    let (chat, locale) = people::get_address(conn, run.specialist).await?;
    let say = bot_pro::result_came(locale, kept.case, &run.case_label, kept.service, kept.artifact, raised);
    let about =
        About { service: Some(kept.service), run: Some(kept.run), case: Some(kept.case), actor: Actor::User(run.specialist) };
    let cause = Cause::Named(format!("artifact{}", kept.artifact));
    let letter = Letter::say(BotId::Pro, chat, KeyOwner::Case(kept.case), &say, about, cause);
    let message = letter.seal(conn, keys).await?;
    chat::put_messages(conn, vec![message], Some(&kept.content.meta.correlation_id)).await?;
    Ok(true)
}
