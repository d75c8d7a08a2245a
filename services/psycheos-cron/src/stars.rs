//! Telegram's own list of Star transactions, compared with ours: what never reached us is made up for.
use bot_kit::{MessageKind, Say};
use db::{
    DbError, KeyOwner, Keyring, PgConn, Pool, alerts, chat,
    payments::{self, Difference, LateCredit},
    people,
};
use domain::BotId;
use idempotency_key::{About, Actor, Cause};
use turn::Letter;

/// Updates of younger transactions may still be on their way.
const OLDER_SECS: i32 = 600;

/// Compares, heals, and tells whoever is concerned; returns how many differences were healed. What cannot be healed is an
/// alert for the operator, once a day each.
///
/// # Errors
/// When the database fails.
pub async fn compare(pool: &Pool, keys: &Keyring) -> Result<i64, DbError> {
    let differences = payments::list_differences(&mut *pool.get().await?, OLDER_SECS).await?;
    let mut healed = 0;
    for difference in differences {
        let mut tx = pool.begin().await?;
        let (done, late) = payments::heal(&mut tx, &difference).await?;
        if let Some(late) = late {
            let message = receipt(&mut tx, keys, &difference, late).await?;
            chat::put_messages(&mut tx, vec![message], None).await?;
        }
        if done {
            healed += 1;
        } else {
            let detail = format!("{}: {}", difference.problem, difference.transaction_id);
            alerts::insert_once(&mut tx, "stars_differ", &detail).await?;
        }
        tx.commit().await?;
    }
    payments::match_transactions(&mut *pool.get().await?).await?;
    Ok(healed)
}

async fn receipt(
    conn: &mut PgConn,
    keys: &Keyring,
    difference: &Difference,
    late: LateCredit,
) -> Result<chat::NewMessage, DbError> {
    let (to, locale) = people::get_address(conn, late.user).await?;
    let say = Say::new(bot_pro::late_payment(locale, late.stars, late.available)).kind(MessageKind::Receipt);
    let about = About { service: None, run: None, case: None, actor: Actor::User(late.user) };
    // Telegram's ids have upper case, which a key may not have.
    let cause = Cause::Named(format!("late{}", &db::sha256_hex(&difference.transaction_id)[..16]));
    Letter::say(BotId::Pro, to, KeyOwner::User(late.user), &say, about, cause).seal(conn, keys).await
}
