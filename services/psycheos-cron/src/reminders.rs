//! Danger notices nobody has acknowledged: reminders to the specialist, then the operator.
use bot_kit::{ConsoleButton, Html, Keyboard, MessageKind, Say, html};
use db::{DbError, KeyOwner, Keyring, Pool, alerts, chat, people, sweeps};
use domain::{BotId, CaseId, Locale, SafetyEventId, UserId};
use idempotency_key::{About, Actor, Cause};
use turn::Letter;

/// Sends what is due; returns how many.
///
/// # Errors
/// When the database fails; nothing is marked then.
pub async fn send_due(pool: &Pool, keys: &Keyring) -> Result<i64, DbError> {
    let mut tx = pool.begin().await?;
    let due = sweeps::take_due_reminders(&mut tx).await?;
    let count = due.len();
    let mut messages = Vec::new();
    for reminder in due {
        if reminder.escalate {
            alerts::insert(&mut tx, "danger_unacknowledged", None).await?;
            continue;
        }
        messages.push(message(&mut tx, keys, &reminder).await?);
    }
    chat::put_messages(&mut tx, messages, None).await?;
    tx.commit().await?;
    Ok(i64::try_from(count).unwrap_or(i64::MAX))
}

async fn message(conn: &mut db::PgConn, keys: &Keyring, reminder: &sweeps::DueReminder) -> Result<chat::NewMessage, DbError> {
    let specialist = UserId(reminder.specialist_user_id);
    let case = CaseId(reminder.context_id);
    let event = SafetyEventId(reminder.event_id);
    let (to, locale) = people::get_address(conn, specialist).await?;
    let about = About { service: None, run: None, case: Some(case), actor: Actor::User(specialist) };
    let cause = Cause::Named(format!("danger{}", reminder.event_id));
    let number = usize::try_from(reminder.reminders).unwrap_or(0);
    let said = say(locale, event, case);
    let letter = Letter { number, ..Letter::say(BotId::Pro, to, KeyOwner::Case(case), &said, about, cause) };
    letter.seal(conn, keys).await
}

fn say(locale: Locale, event: SafetyEventId, case: CaseId) -> Say {
    let (text, seen, open): (Html, &str, &str) = match locale {
        Locale::Ru => (
            html!("⚠️ Напоминание: у одного из ваших клиентов замечен признак опасности, и вы ещё не отметили, что видели это."),
            "Принято",
            "Открыть кейс",
        ),
        Locale::En => (
            html!(
                "⚠️ A reminder: a sign of danger was noticed with one of your clients, and you have not noted yet that you saw it."
            ),
            "Seen",
            "Open the case",
        ),
    };
    let keys = Keyboard::none().key(seen, ConsoleButton::Acknowledge(event)).key(open, ConsoleButton::OpenCase(case));
    Say::new(text).keys(keys).kind(MessageKind::Danger)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use bot_kit::{Button as _, KeyAction};

    #[test]
    fn a_reminder_can_be_acknowledged_and_names_nobody() {
        let event = SafetyEventId(Uuid::from_u128(5));
        let say = say(Locale::Ru, event, CaseId(Uuid::from_u128(6)));
        let datas: Vec<&KeyAction> = say.keyboard.keys().map(|key| &key.action).collect();
        assert_eq!(datas[0], &KeyAction::Data(ConsoleButton::Acknowledge(event).encode()));
        assert!(say.html.visible().starts_with("⚠️ Напоминание"));
    }
}
