//! A message to all specialists, put into the outbox batch by batch: each person's message has its own key, so that a batch that is put
//! twice is there once.
use bot_kit::{BroadcastWish, Html, MessageKind, Say};
use db::{
    DbError, KeyOwner, PgConn, chat,
    jobs::ClaimedJob,
    people::{self, Listener},
};
use domain::{BotId, JobId, UserId};
use idempotency_key::{About, Actor, Cause};
use tracing::Instrument as _;
use turn::{Letter, Shell};

use crate::{outcome::Worked, tools};

/// People of one transaction.
const BATCH: i64 = 50;

/// What a job came to.
pub struct Announced {
    wish: BroadcastWish,
    count: u32,
}

/// Puts the message into the outbox for everybody who is to get it.
///
/// # Errors
/// When the database fails or the job cannot be read.
pub async fn perform(shell: &Shell, job: &ClaimedJob) -> Result<Worked<Announced>, DbError> {
    let wish: BroadcastWish = tools::wish_of(&mut *shell.pool.get().await?, &shell.keys, job).await?;
    let (mut after, mut count) = (None, 0);
    loop {
        let (shell, text) = (shell.clone(), wish.text.clone());
        let (of, correlation) = (job.job, job.correlation.clone());
        // A task of its own: a transaction is not cut short when the work on the job is.
        let putting = async move { put(&shell, of, correlation.as_deref(), &text, after).await };
        let put = tokio::spawn(putting.in_current_span()).await;
        match put.unwrap_or(Err(DbError::Wrong("a batch of a message to all panicked".into())))? {
            None => return Ok(Worked::Made(Announced { wish, count })),
            Some((last, many)) => (after, count) = (Some(last), count + many),
        }
    }
}

/// One batch: the last person it was for and how many there were, or nothing when nobody is left.
async fn put(
    shell: &Shell,
    job: JobId,
    correlation: Option<&str>,
    text: &str,
    after: Option<UserId>,
) -> Result<Option<(UserId, u32)>, DbError> {
    let mut tx = shell.pool.begin().await?;
    let batch = people::list_listeners(&mut tx, after, BATCH).await?;
    let Some(last) = batch.last().map(|listener| listener.user) else {
        tx.rollback().await?;
        return Ok(None);
    };
    let mut messages = Vec::with_capacity(batch.len());
    for listener in &batch {
        messages.push(letter(job, listener, text).seal(&mut tx, &shell.keys).await?);
    }
    let many = u32::try_from(messages.len()).unwrap_or(0);
    chat::put_messages(&mut tx, messages, correlation).await?;
    tx.commit().await?;
    shell.waker.wake(db::wake::Channel::Outbox);
    Ok(Some((last, many)))
}

fn about(user: UserId) -> About {
    About { service: None, run: None, case: None, actor: Actor::User(user) }
}

fn letter(job: JobId, listener: &Listener, text: &str) -> Letter {
    let say = Say::new(Html::text(text)).kind(MessageKind::Broadcast);
    let cause = Cause::Named(format!("broadcast{job}"));
    Letter::say(BotId::Pro, listener.chat, KeyOwner::User(listener.user), &say, about(listener.user), cause)
}

/// Tells the sender that the whole message is in the outbox, in the transaction that ends the job.
///
/// # Errors
/// When the database fails.
pub async fn record(shell: &Shell, conn: &mut PgConn, job: &ClaimedJob, announced: Announced) -> Result<(), DbError> {
    let Some((bot, chat)) = job.conversation else { return Ok(()) };
    let Announced { wish, count } = announced;
    let say = Say::new(bot_pro::announcement_queued(count, wish.locale)).kind(MessageKind::Notice);
    let letter = Letter::say(bot, chat, KeyOwner::User(wish.admin), &say, about(wish.admin), Cause::Job(job.job, job.requeues));
    let message = letter.seal(conn, &shell.keys).await?;
    chat::put_messages(conn, vec![message], job.correlation.as_deref()).await
}
