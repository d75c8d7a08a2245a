//! What an operator has looked at before people are let in, and whenever something seems wrong. Reads only.
use chrono::{DateTime, Utc};
use diesel::{
    QueryableByName,
    sql_types::{Bool, Double, Integer, Nullable, Text, Timestamptz},
};
use diesel_async::RunQueryDsl;

use crate::{DbError, NEWEST, Pool, conn::PgConn};

/// The server at the other end of a connection.
#[derive(Debug, Clone, QueryableByName)]
pub struct Server {
    /// As 150005.
    #[diesel(sql_type = Integer)]
    pub version: i32,
    /// Whether this connection is encrypted, as the server sees it; unknown behind a pooler.
    #[diesel(sql_type = Nullable<Bool>)]
    pub encrypted: Option<bool>,
    /// Its clock.
    #[diesel(sql_type = Timestamptz)]
    pub now: DateTime<Utc>,
    /// Whether every migration of this build is applied.
    #[diesel(sql_type = Bool)]
    pub migrated: bool,
    /// Whether this login sees all grants.
    #[diesel(sql_type = Bool)]
    pub sees_all: bool,
}

/// Looks at the server.
///
/// # Errors
/// When the database fails.
pub async fn server(conn: &mut PgConn) -> Result<Server, DbError> {
    Ok(diesel::sql_query(
        "SELECT current_setting('server_version_num')::integer AS version, \
                (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()) AS encrypted, clock_timestamp() AS now, \
                EXISTS (SELECT FROM public.__diesel_schema_migrations WHERE version = $1) AS migrated, \
                (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS sees_all",
    )
    .bind::<Text, _>(NEWEST)
    .get_result(conn)
    .await?)
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Everything that is open though it must not be: row level security, grants to roles of a hosted data interface, functions (S21). Empty
/// when nothing is.
///
/// # Errors
/// When the database fails.
pub async fn exposed(conn: &mut PgConn) -> Result<Vec<String>, DbError> {
    let rows: Vec<Line> = diesel::sql_query(
        "SELECT format('row level security is off: %I.%I', n.nspname, c.relname) AS line FROM pg_class c \
            JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN ('psycheos', 'public') AND c.relkind IN ('r', 'p') \
            AND NOT (c.relrowsecurity AND c.relforcerowsecurity) \
         UNION ALL SELECT format('granted: %s %I.%I %s', grantee, table_schema, table_name, privilege_type) \
            FROM information_schema.table_privileges \
            WHERE grantee IN ('anon', 'authenticated', 'PUBLIC') AND table_schema IN ('psycheos', 'public') \
         UNION ALL SELECT format('runs as its owner without a search_path: %s', p.oid::regprocedure) FROM pg_proc p \
            WHERE prosecdef AND pronamespace = 'psycheos'::regnamespace \
            AND NOT EXISTS (SELECT FROM unnest(coalesce(proconfig, '{}'::text[])) x WHERE x LIKE 'search_path=%') \
         UNION ALL SELECT format('anybody may call: %s', p.oid::regprocedure) FROM pg_proc p \
            WHERE pronamespace = 'psycheos'::regnamespace \
            AND EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee = 0) LIMIT 50",
    )
    .load(conn)
    .await?;
    Ok(rows.into_iter().map(|row| row.line).collect())
}

/// A role of a service.
#[derive(Debug, Clone, QueryableByName)]
pub struct Role {
    /// Its name.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// Whether it is there.
    #[diesel(sql_type = Bool)]
    pub there: bool,
    /// Whether a service can log in as it.
    #[diesel(sql_type = Bool)]
    pub logs_in: bool,
    /// Superuser, passing row level security, or a member of the owner: more than a service may be.
    #[diesel(sql_type = Bool)]
    pub too_mighty: bool,
    /// Whether its statements are bounded in time.
    #[diesel(sql_type = Bool)]
    pub bounded: bool,
}

/// The roles of the services.
///
/// # Errors
/// When the database fails.
pub async fn roles(conn: &mut PgConn) -> Result<Vec<Role>, DbError> {
    Ok(diesel::sql_query(
        "SELECT n.name, r.oid IS NOT NULL AS there, coalesce(r.rolcanlogin, false) AS logs_in, \
                coalesce(r.rolsuper OR r.rolbypassrls OR r.rolcreaterole OR pg_has_role(r.oid, 'psy_owner', 'MEMBER'), false) AS too_mighty, \
                EXISTS (SELECT FROM pg_db_role_setting s, unnest(s.setconfig) c \
                        WHERE s.setrole = r.oid AND c LIKE 'statement_timeout=%') AS bounded \
         FROM unnest(ARRAY['psy_api', 'psy_worker', 'psy_sender', 'psy_cron']) n(name) LEFT JOIN pg_roles r ON r.rolname = n.name",
    )
    .load(conn)
    .await?)
}

/// A task of the clock's service.
#[derive(Debug, Clone, QueryableByName)]
pub struct Task {
    /// Its name.
    #[diesel(sql_type = Text)]
    pub task: String,
    /// Minutes since it last ended well.
    #[diesel(sql_type = Nullable<Double>)]
    pub minutes: Option<f64>,
    /// How it failed the last time it ran, if it did.
    #[diesel(sql_type = Nullable<Text>)]
    pub last_error: Option<String>,
}

/// How the tasks of the clock's service are doing.
///
/// # Errors
/// When the database fails.
pub async fn tasks(conn: &mut PgConn) -> Result<Vec<Task>, DbError> {
    Ok(diesel::sql_query(
        "SELECT task, (extract(epoch FROM now() - last_ok) / 60)::float8 AS minutes, last_error FROM psycheos.cron_heartbeat ORDER BY task",
    )
    .load(conn)
    .await?)
}

/// Whether a pooler keeps transactions apart: what one transaction sets for itself must not be seen by the next, and what is rolled back
/// must be gone.
///
/// # Errors
/// When the database fails.
pub async fn keeps_transactions_apart(pool: &Pool) -> Result<bool, DbError> {
    #[derive(QueryableByName)]
    struct Left {
        #[diesel(sql_type = Bool)]
        left: bool,
    }
    for round in 0..20 {
        let mut tx = pool.begin().await?;
        diesel::sql_query("SELECT set_config('psycheos.probe', $1, true)")
            .bind::<Text, _>(format!("round {round}"))
            .execute(&mut *tx)
            .await?;
        if round % 2 == 0 {
            tx.commit().await?
        } else {
            tx.rollback().await?
        }
        let row: Left = diesel::sql_query("SELECT coalesce(current_setting('psycheos.probe', true), '') <> '' AS left")
            .get_result(&mut *pool.get().await?)
            .await?;
        if row.left {
            return Ok(false);
        }
    }
    Ok(true)
}
