//! A small pool of connections, and the one way to open a transaction.
use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
    time::Duration,
};

use deadpool::managed::{self, Metrics, Object, RecycleError, RecycleResult};
use futures_util::{FutureExt, future::BoxFuture, poll};

use crate::{
    DbError,
    conn::{PgConn, into_diesel},
    url::DatabaseUrl,
};

struct Manager {
    url: DatabaseUrl,
}

impl managed::Manager for Manager {
    type Type = PgConn;
    type Error = DbError;

    async fn create(&self) -> Result<PgConn, DbError> {
        self.url.connect().await
    }

    async fn recycle(&self, conn: &mut PgConn, _: &Metrics) -> RecycleResult<DbError> {
        if conn.is_clean() { Ok(()) } else { Err(RecycleError::message("the connection is closed or inside a transaction")) }
    }
}

/// A pool of a fixed, small size. Cloning shares it.
#[derive(Clone)]
pub struct Pool {
    inner: managed::Pool<Manager>,
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let status = self.inner.status();
        write!(f, "Pool[{} of {}]", status.size, status.max_size)
    }
}

impl Pool {
    /// A pool of at most `size` connections; nothing is connected before the first use. Whoever waits longer than `wait`
    /// for a connection gets [`DbError::Away`].
    ///
    /// # Errors
    /// When `url` is malformed or unsafe.
    pub fn new(url: &str, size: usize, wait: Duration) -> Result<Self, DbError> {
        let manager = Manager { url: DatabaseUrl::parse(url)? };
        let inner = managed::Pool::builder(manager)
            .max_size(size.max(1))
            .runtime(deadpool::Runtime::Tokio1)
            .wait_timeout(Some(wait))
            .create_timeout(Some(Duration::from_secs(5)))
            .recycle_timeout(Some(Duration::from_secs(5)))
            .build()
            .map_err(|e| DbError::Config(e.to_string()))?;
        Ok(Self { inner })
    }

    /// A connection, for single statements outside a transaction.
    ///
    /// # Errors
    /// [`DbError::Away`] when none is to be had in time.
    pub async fn get(&self) -> Result<Pooled, DbError> {
        self.inner.get().await.map(|object| Pooled(Some(object))).map_err(|error| match error {
            managed::PoolError::Backend(error) => error,
            managed::PoolError::Timeout(kind) => DbError::Away(format!("no connection in time ({kind:?})")),
            other => DbError::Away(other.to_string()),
        })
    }

    /// Begins a transaction. It ends by [`Tx::commit`]; dropped without that it is rolled back by closing its connection.
    ///
    /// Never put a timeout or a `select!` around a future that holds a transaction; run it in a task of its own.
    ///
    /// # Errors
    /// [`DbError::Away`] when no connection is to be had.
    pub async fn begin(&self) -> Result<Tx, DbError> {
        let conn = self.get().await?;
        conn.set_in_transaction(true);
        let client = Arc::clone(conn.client());
        // BEGIN is sent now and answered together with the first statement: one round trip less.
        let mut begun = async move { client.batch_execute("BEGIN").await }.boxed();
        let begun = match poll!(&mut begun) {
            std::task::Poll::Ready(result) => {
                result.map_err(into_diesel)?;
                None
            }
            std::task::Poll::Pending => Some(begun),
        };
        Ok(Tx { conn, begun, done: false })
    }

    /// How many connections exist, are idle, and may exist.
    #[must_use]
    pub fn status(&self) -> (usize, usize, usize) {
        let status = self.inner.status();
        (status.size, status.available, status.max_size)
    }

    /// Tells the metrics how the pool is.
    pub fn measure(&self) {
        let status = self.inner.status();
        telemetry::metrics::pool(status.max_size, status.size - status.available.min(status.size), status.waiting);
    }
}

/// A pooled connection. One that comes back inside a transaction is closed, not reused.
pub struct Pooled(Option<Object<Manager>>);

#[allow(clippy::expect_used, reason = "the option is emptied by drop alone")]
impl Deref for Pooled {
    type Target = PgConn;
    fn deref(&self) -> &PgConn {
        self.0.as_ref().expect("present until drop")
    }
}

#[allow(clippy::expect_used, reason = "the option is emptied by drop alone")]
impl DerefMut for Pooled {
    fn deref_mut(&mut self) -> &mut PgConn {
        self.0.as_mut().expect("present until drop")
    }
}

impl Drop for Pooled {
    fn drop(&mut self) {
        if let Some(object) = self.0.take()
            && !object.is_clean()
        {
            drop(Object::take(object));
        }
    }
}

/// An open transaction; the connection is reached through it.
pub struct Tx {
    conn: Pooled,
    begun: Option<BoxFuture<'static, Result<(), tokio_postgres::Error>>>,
    done: bool,
}

impl Tx {
    /// Commits. Checks deferred constraints first, in the same message, so that an error that was swallowed inside the
    /// transaction surfaces here instead of turning COMMIT into a silent ROLLBACK.
    ///
    /// # Errors
    /// Whatever went wrong; then nothing was stored, or (connection lost) nobody knows, and the caller must treat it as not
    /// stored: keys make a repetition harmless.
    pub async fn commit(mut self) -> Result<(), DbError> {
        if let Some(begun) = self.begun.take() {
            begun.await.map_err(into_diesel)?;
        }
        self.conn.client().batch_execute("SET CONSTRAINTS ALL IMMEDIATE; COMMIT").await.map_err(into_diesel)?;
        self.conn.set_in_transaction(false);
        self.done = true;
        Ok(())
    }

    /// Rolls back and gives the connection back for reuse.
    ///
    /// # Errors
    /// When the connection is lost; the server rolls back then, too.
    pub async fn rollback(mut self) -> Result<(), DbError> {
        if let Some(begun) = self.begun.take() {
            begun.await.map_err(into_diesel)?;
        }
        self.conn.client().batch_execute("ROLLBACK").await.map_err(into_diesel)?;
        self.conn.set_in_transaction(false);
        self.done = true;
        Ok(())
    }
}

impl Deref for Tx {
    type Target = PgConn;
    fn deref(&self) -> &PgConn {
        &self.conn
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut PgConn {
        &mut self.conn
    }
}
