//! Waking up whoever waits for rows. A signal is a courtesy: polling is always on, so a lost one costs time only.
//!
//! Signals are sent after the COMMIT, at most one at a time per process: `NOTIFY` inside a turn would make all commits of the
//! database wait for one another.
use std::sync::Arc;

use diesel_async::RunQueryDsl;
use futures_util::stream::{self, StreamExt};
use tokio::sync::Notify;

use crate::{DbError, Pool, url::DatabaseUrl};

/// What there is to wake up for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// Jobs for the worker.
    Jobs,
    /// Messages for the sender.
    Outbox,
}

impl Channel {
    const fn name(self) -> &'static str {
        match self {
            Self::Jobs => "psycheos_jobs",
            Self::Outbox => "psycheos_outbox",
        }
    }
}

/// Sends signals for one process. Cloning shares it.
#[derive(Clone, Debug)]
pub struct Waker {
    jobs: Arc<Notify>,
    outbox: Arc<Notify>,
}

impl Waker {
    /// Starts the tasks that send the signals.
    #[must_use]
    pub fn start(pool: &Pool) -> Self {
        let waker = Self { jobs: Arc::default(), outbox: Arc::default() };
        for (channel, asked) in [(Channel::Jobs, &waker.jobs), (Channel::Outbox, &waker.outbox)] {
            tokio::spawn(send_signals(pool.clone(), channel, Arc::clone(asked)));
        }
        waker
    }

    /// Asks for a signal; many calls in a row make few signals.
    pub fn wake(&self, channel: Channel) {
        match channel {
            Channel::Jobs => self.jobs.notify_one(),
            Channel::Outbox => self.outbox.notify_one(),
        }
    }
}

async fn send_signals(pool: Pool, channel: Channel, asked: Arc<Notify>) {
    let sql = format!("SELECT set_config('synchronous_commit', 'off', true), pg_notify('{}', '')", channel.name());
    loop {
        asked.notified().await;
        if let Ok(mut conn) = pool.get().await {
            // A failed signal is made up for by polling.
            let _ = diesel::sql_query(&sql).execute(&mut *conn).await;
        }
    }
}

/// Listens on the direct address and calls `woken` for each signal. Returns when the connection is lost.
///
/// # Errors
/// When it cannot connect, or the connection breaks.
pub async fn listen(direct_url: &str, channel: Channel, woken: &(dyn Fn() + Sync)) -> Result<(), DbError> {
    let url = DatabaseUrl::parse(direct_url)?;
    let away = |error: tokio_postgres::Error| DbError::Away(error.to_string());
    match url.tls() {
        None => {
            let (client, connection) = url.config().connect(tokio_postgres::NoTls).await.map_err(away)?;
            follow(client, connection, channel, woken).await
        }
        Some(tls) => {
            let (client, connection) = url.config().connect(tls).await.map_err(away)?;
            follow(client, connection, channel, woken).await
        }
    }
}

async fn follow<S>(
    client: tokio_postgres::Client,
    mut connection: tokio_postgres::Connection<tokio_postgres::Socket, S>,
    channel: Channel,
    woken: &(dyn Fn() + Sync),
) -> Result<(), DbError>
where
    S: tokio_postgres::tls::TlsStream + Unpin + Send,
{
    let mut messages = stream::poll_fn(move |cx| connection.poll_message(cx));
    let statement = format!("LISTEN {}", channel.name());
    let asking = client.batch_execute(&statement);
    tokio::pin!(asking);
    let mut listening = false;
    loop {
        tokio::select! {
            result = &mut asking, if !listening => {
                result.map_err(|error| DbError::Away(error.to_string()))?;
                listening = true;
                // What was written before we listened is found by looking once.
                woken();
            }
            message = messages.next() => match message {
                Some(Ok(tokio_postgres::AsyncMessage::Notification(_))) => woken(),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(DbError::Away(error.to_string())),
                None => return Err(DbError::Away("the listening connection ended".into())),
            },
        }
    }
}
