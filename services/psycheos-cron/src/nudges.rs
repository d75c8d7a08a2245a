//! Friendly reminders, each once: a client who stopped on the way may go on; an invitation nobody opened ends within a day; a case that was
//! put away goes within a month.
use bot_kit::MessageKind;
use db::{
    DbError, KeyOwner, Keyring, PgConn, Pool, chat,
    nudges::{self, Ending, Unfinished, Unopened},
    people,
};
use domain::{BotId, ServiceId};
use idempotency_key::{About, Actor, Cause};
use turn::Letter;

/// Sends what is due; returns how many.
///
/// # Errors
/// When the database fails; nothing is marked then.
pub async fn send_due(pool: &Pool, keys: &Keyring) -> Result<i64, DbError> {
    let mut tx = pool.begin().await?;
    let mut messages = Vec::new();
    for unfinished in nudges::take_unfinished(&mut tx).await? {
        messages.push(to_client(&mut tx, keys, unfinished).await?);
    }
    for unopened in nudges::take_unopened(&mut tx, keys).await? {
        messages.push(to_specialist(&mut tx, keys, &unopened).await?);
    }
    for ending in nudges::take_ending(&mut tx, keys).await? {
        messages.push(of_an_end(&mut tx, keys, &ending).await?);
    }
    let count = i64::try_from(messages.len()).unwrap_or(i64::MAX);
    chat::put_messages(&mut tx, messages, None).await?;
    tx.commit().await?;
    Ok(count)
}

async fn to_client(conn: &mut PgConn, keys: &Keyring, unfinished: Unfinished) -> Result<chat::NewMessage, DbError> {
    let say = bot_screen::unfinished(unfinished.locale).kind(MessageKind::Reminder);
    let case = unfinished.case;
    let about = About { service: Some(ServiceId::Screen), run: Some(unfinished.run), case: Some(case), actor: Actor::None };
    let letter =
        Letter::say(BotId::Screen, unfinished.chat, KeyOwner::Case(case), &say, about, Cause::Named("unfinished".into()));
    letter.seal(conn, keys).await
}

async fn of_an_end(conn: &mut PgConn, keys: &Keyring, ending: &Ending) -> Result<chat::NewMessage, DbError> {
    let (to, locale) = people::get_address(conn, ending.specialist).await?;
    let say = bot_pro::case_ends(locale, ending.case, &ending.label, ending.at);
    let about = About { service: None, run: None, case: Some(ending.case), actor: Actor::User(ending.specialist) };
    let cause = Cause::Named(format!("end{}", ending.at.timestamp()));
    let letter = Letter::say(BotId::Pro, to, KeyOwner::Case(ending.case), &say.kind(MessageKind::Reminder), about, cause);
    letter.seal(conn, keys).await
}

async fn to_specialist(conn: &mut PgConn, keys: &Keyring, unopened: &Unopened) -> Result<chat::NewMessage, DbError> {
    let (to, locale) = people::get_address(conn, unopened.specialist).await?;
    let say = bot_pro::invitation_ends(locale, unopened.case, &unopened.label, unopened.expires_at);
    let (service, run) = (Some(ServiceId::Screen), Some(unopened.run));
    let about = About { service, run, case: Some(unopened.case), actor: Actor::User(unopened.specialist) };
    let cause = Cause::Named("unopened".into());
    let letter = Letter::say(BotId::Pro, to, KeyOwner::Case(unopened.case), &say.kind(MessageKind::Reminder), about, cause);
    letter.seal(conn, keys).await
}
