//! A diesel-async connection that is correct behind a transaction-mode pooler (R16).
//!
//! Each statement is one message group `Parse(unnamed) Bind Describe Execute Sync`, so no server state outlives the Sync and
//! the pooler may switch the server between any two statements outside a transaction. Nothing is sent at connect. Binds
//! carry Diesel's own type ids, or 0 where the server is to infer them. Costs planning on each statement: keep statements
//! few, and put what runs often into a database function, whose plan stays on the server connection.
use std::{
    error::Error as StdError,
    num::NonZeroU32,
    ops::Range,
    sync::Arc,
    sync::atomic::{AtomicBool, Ordering},
};

use diesel::{
    pg::{Pg, PgMetadataLookup, PgQueryBuilder, PgTypeMetadata, PgValue},
    query_builder::{AsQuery, QueryBuilder, QueryFragment, QueryId, bind_collector::RawBytesBindCollector},
    result::{DatabaseErrorInformation, DatabaseErrorKind, Error as DieselError, QueryResult},
    row::{Field, PartialRow, Row, RowIndex, RowSealed},
};
use diesel_async::{AsyncConnectionCore, SimpleAsyncConnection};
use futures_util::{FutureExt, StreamExt, TryStreamExt, future::BoxFuture, stream::BoxStream};
use tokio_postgres::{
    Client,
    types::{FromSql, IsNull, Kind, ToSql, Type, private::BytesMut},
};

/// A connection to Postgres that leaves nothing behind on the server between transactions.
pub struct PgConn {
    client: Arc<Client>,
    driver: tokio::task::AbortHandle,
    in_transaction: AtomicBool,
}

impl PgConn {
    /// Takes over a fresh connection; its driver runs as a task until the connection is dropped.
    pub fn new<S>(client: Client, connection: tokio_postgres::Connection<tokio_postgres::Socket, S>) -> Self
    where
        S: tokio_postgres::tls::TlsStream + Unpin + Send + 'static,
    {
        let driver = tokio::spawn(async move {
            // The client sees the same error on its next statement, where it can be decided about.
            let _ = connection.await;
        })
        .abort_handle();
        Self { client: Arc::new(client), driver, in_transaction: AtomicBool::new(false) }
    }

    /// The underlying client, for what Diesel has no words for.
    #[must_use]
    pub fn client(&self) -> &Arc<Client> {
        &self.client
    }

    /// Whether the connection may be used by somebody else: it is open and outside any transaction.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        !self.client.is_closed() && !self.in_transaction.load(Ordering::Acquire)
    }

    pub(crate) fn set_in_transaction(&self, value: bool) {
        self.in_transaction.store(value, Ordering::Release);
    }
}

impl Drop for PgConn {
    fn drop(&mut self) {
        if self.in_transaction.load(Ordering::Acquire) {
            // An unfinished transaction must not linger in the pooler: closing the socket makes the server roll back.
            self.driver.abort();
        }
    }
}

type Prepared = (String, Vec<(Bind, Type)>);

fn prepare<T: QueryFragment<Pg>>(query: &T) -> QueryResult<Prepared> {
    let mut builder = PgQueryBuilder::default();
    query.to_sql(&mut builder, &Pg)?;
    let mut collector = RawBytesBindCollector::<Pg>::new();
    query.collect_binds(&mut collector, &mut ServerInfers, &Pg)?;
    let binds = collector
        .metadata
        .into_iter()
        .zip(collector.binds)
        .map(|(metadata, bytes)| {
            let oid = metadata.oid().map_err(|e| DieselError::SerializationError(Box::new(e)))?;
            let kind =
                Type::from_oid(oid).unwrap_or_else(|| Type::new("inferred".into(), oid, Kind::Simple, "pg_catalog".into()));
            Ok((Bind(bytes), kind))
        })
        .collect::<QueryResult<Vec<_>>>()?;
    Ok((builder.finish(), binds))
}

struct ServerInfers;

impl PgMetadataLookup for ServerInfers {
    fn lookup_type(&mut self, _name: &str, _schema: Option<&str>) -> PgTypeMetadata {
        PgTypeMetadata::new(0, 0)
    }
}

#[derive(Debug)]
struct Bind(Option<Vec<u8>>);

impl ToSql for Bind {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        Ok(match &self.0 {
            Some(bytes) => {
                out.extend_from_slice(bytes);
                IsNull::No
            }
            None => IsNull::Yes,
        })
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn to_sql_checked(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        self.to_sql(kind, out)
    }
}

impl PgConn {
    fn run_load<'a, T: QueryFragment<Pg>>(
        &'a self,
        query: &T,
    ) -> BoxFuture<'a, QueryResult<BoxStream<'static, QueryResult<PgRow>>>> {
        let prepared = prepare(query);
        async move {
            let (sql, binds) = prepared?;
            let rows = self.client.query_typed_raw(&sql, binds).await.map_err(into_diesel)?;
            Ok(rows.map_ok(PgRow::new).map_err(into_diesel).boxed())
        }
        .boxed()
    }

    fn run_execute<'a, T: QueryFragment<Pg>>(&'a self, query: &T) -> BoxFuture<'a, QueryResult<usize>> {
        let prepared = prepare(query);
        async move {
            let (sql, binds) = prepared?;
            let params: Vec<(&(dyn ToSql + Sync), Type)> =
                binds.iter().map(|(bind, kind)| (bind as &(dyn ToSql + Sync), kind.clone())).collect();
            let count = self.client.execute_typed(&sql, &params).await.map_err(into_diesel)?;
            Ok(usize::try_from(count).unwrap_or(usize::MAX))
        }
        .boxed()
    }
}

impl SimpleAsyncConnection for PgConn {
    async fn batch_execute(&mut self, query: &str) -> QueryResult<()> {
        self.client.batch_execute(query).await.map_err(into_diesel)
    }
}

impl AsyncConnectionCore for PgConn {
    type ExecuteFuture<'conn, 'query> = BoxFuture<'conn, QueryResult<usize>>;
    type LoadFuture<'conn, 'query> = BoxFuture<'conn, QueryResult<Self::Stream<'conn, 'query>>>;
    type Stream<'conn, 'query> = BoxStream<'static, QueryResult<PgRow>>;
    type Row<'conn, 'query> = PgRow;
    type Backend = Pg;

    fn load<'conn, 'query, T>(&'conn mut self, source: T) -> Self::LoadFuture<'conn, 'query>
    where
        T: AsQuery + 'query,
        T::Query: QueryFragment<Pg> + QueryId + 'query,
    {
        self.run_load(&source.as_query())
    }

    fn execute_returning_count<'conn, 'query, T>(&'conn mut self, source: T) -> Self::ExecuteFuture<'conn, 'query>
    where
        T: QueryFragment<Pg> + QueryId + 'query,
    {
        self.run_execute(&source)
    }
}

/// A row as it came from the server, with the type ids Diesel asks for.
pub struct PgRow {
    row: tokio_postgres::Row,
    types: Vec<NonZeroU32>,
}

impl PgRow {
    fn new(row: tokio_postgres::Row) -> Self {
        // No column has type id 0; one that did would read as `unknown` (705).
        let types = row.columns().iter().map(|c| NonZeroU32::new(c.type_().oid()).unwrap_or(NonZeroU32::MIN)).collect();
        Self { row, types }
    }
}

impl RowSealed for PgRow {}

impl<'a> Row<'a, Pg> for PgRow {
    type InnerPartialRow = Self;
    type Field<'b>
        = PgField<'b>
    where
        Self: 'b,
        'a: 'b;

    fn field_count(&self) -> usize {
        self.row.len()
    }

    fn get<'b, I>(&'b self, index: I) -> Option<Self::Field<'b>>
    where
        'a: 'b,
        Self: RowIndex<I>,
    {
        let index = self.idx(index)?;
        Some(PgField { row: self, index })
    }

    fn partial_row(&self, range: Range<usize>) -> PartialRow<'_, Self::InnerPartialRow> {
        PartialRow::new(self, range)
    }
}

impl RowIndex<usize> for PgRow {
    fn idx(&self, index: usize) -> Option<usize> {
        (index < self.row.len()).then_some(index)
    }
}

impl<'a> RowIndex<&'a str> for PgRow {
    fn idx(&self, name: &'a str) -> Option<usize> {
        self.row.columns().iter().position(|column| column.name() == name)
    }
}

/// One field of a [`PgRow`].
pub struct PgField<'a> {
    row: &'a PgRow,
    index: usize,
}

impl<'a> Field<'a, Pg> for PgField<'a> {
    fn field_name(&self) -> Option<&str> {
        Some(self.row.row.columns()[self.index].name())
    }

    fn value(&self) -> Option<PgValue<'_>> {
        let Raw(bytes) = self.row.row.get(self.index);
        bytes.map(|bytes| PgValue::new(bytes, &self.row.types[self.index]))
    }
}

struct Raw<'a>(Option<&'a [u8]>);

impl<'a> FromSql<'a> for Raw<'a> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(Raw(Some(raw)))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(Raw(None))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// Diesel's form of a driver's error. Postgres' DETAIL, which echoes values, is not carried along (S18).
pub(crate) fn into_diesel(error: tokio_postgres::Error) -> DieselError {
    use tokio_postgres::error::{Severity, SqlState};
    let Some(reported) = error.as_db_error() else {
        let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
        return DieselError::DatabaseError(DatabaseErrorKind::UnableToSendCommand, Box::new(format!("{error}{cause}")));
    };
    let code = reported.code();
    let kind = if code == &SqlState::UNIQUE_VIOLATION {
        DatabaseErrorKind::UniqueViolation
    } else if code == &SqlState::FOREIGN_KEY_VIOLATION {
        DatabaseErrorKind::ForeignKeyViolation
    } else if code == &SqlState::NOT_NULL_VIOLATION {
        DatabaseErrorKind::NotNullViolation
    } else if code == &SqlState::CHECK_VIOLATION {
        DatabaseErrorKind::CheckViolation
    } else if code == &SqlState::READ_ONLY_SQL_TRANSACTION {
        DatabaseErrorKind::ReadOnlyTransaction
    } else if code == &SqlState::T_R_SERIALIZATION_FAILURE || code == &SqlState::T_R_DEADLOCK_DETECTED {
        DatabaseErrorKind::SerializationFailure
    } else if is_outage(code.code()) || reported.parsed_severity() == Some(Severity::Panic) {
        DatabaseErrorKind::UnableToSendCommand
    } else {
        DatabaseErrorKind::Unknown
    };
    DieselError::DatabaseError(
        kind,
        Box::new(Reported {
            message: format!("{} [{}]", reported.message(), code.code()),
            table: reported.table().map(str::to_owned),
            column: reported.column().map(str::to_owned),
            constraint: reported.constraint().map(str::to_owned),
        }),
    )
}

/// Whether an SQLSTATE says that the database is away or overloaded, rather than that the statement was wrong: connection
/// exceptions, no resources, operator intervention, a lock or statement timeout, a disk that is full. Beside these, a server that
/// panics is away whatever it says.
fn is_outage(code: &str) -> bool {
    code.starts_with("08")
        || code.starts_with("53")
        || code.starts_with("57")
        || code.starts_with("58")
        || code == "55P03"
        || code == "25P03"
}

struct Reported {
    message: String,
    table: Option<String>,
    column: Option<String>,
    constraint: Option<String>,
}

impl DatabaseErrorInformation for Reported {
    fn message(&self) -> &str {
        &self.message
    }
    fn details(&self) -> Option<&str> {
        None
    }
    fn hint(&self) -> Option<&str> {
        None
    }
    fn table_name(&self) -> Option<&str> {
        self.table.as_deref()
    }
    fn column_name(&self) -> Option<&str> {
        self.column.as_deref()
    }
    fn constraint_name(&self) -> Option<&str> {
        self.constraint.as_deref()
    }
    fn statement_position(&self) -> Option<i32> {
        None
    }
}
