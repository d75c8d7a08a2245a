//! What the clock's service does, one sweep at a time. Each is safe to run twice at once and stops after a batch.
use diesel::{
    QueryableByName,
    sql_types::{BigInt, Integer, Nullable, Text},
};
use diesel_async::RunQueryDsl;

use crate::{DbError, conn::PgConn};

/// One sweep.
#[derive(Debug, Clone, Copy)]
pub struct Sweep {
    /// Its name, for the heartbeat and metrics.
    pub name: &'static str,
    /// The metric that counts what it does, with the value of its label.
    pub counted: Option<(&'static str, &'static str)>,
    /// A statement that does at most one batch and answers with `count`.
    sql: &'static str,
}

/// What a sweep puts away is counted by its table.
const fn purged(table: &'static str) -> Option<(&'static str, &'static str)> {
    Some((telemetry::metrics::PURGE_ROWS_TOTAL, table))
}

/// Rows of one batch.
pub const BATCH: i64 = 1000;

/// Every sweep, in the order in which they run.
pub const ALL: &[Sweep] = &[
    Sweep { name: "passes_expire", counted: None, sql: "SELECT psycheos.passes_expire(500)::bigint AS count" },
    Sweep {
        name: "reserves_expire",
        counted: Some((telemetry::metrics::RESERVES_EXPIRED_TOTAL, "")),
        sql: "SELECT psycheos.usage_expire(500)::bigint AS count",
    },
    Sweep { name: "outbox_rescue", counted: None, sql: "SELECT psycheos.outbox_rescue()::bigint AS count" },
    Sweep {
        name: "jobs_rescue",
        counted: None,
        sql: "WITH stuck AS (SELECT job_id FROM psycheos.jobs WHERE status = 'running' AND lease_until < now() - interval '5 minutes' \
                  ORDER BY lease_until LIMIT 500 FOR UPDATE SKIP LOCKED), \
              back AS (UPDATE psycheos.jobs j SET status = 'queued', lease = NULL, lease_until = NULL, last_error = 'worker_died' \
                  FROM stuck WHERE j.job_id = stuck.job_id RETURNING 1) SELECT count(*) AS count FROM back",
    },
    Sweep {
        name: "held_resume",
        counted: None,
        sql: "WITH back AS (UPDATE psycheos.outbox_messages o SET status = 'pending' WHERE o.status = 'held' AND NOT EXISTS \
                  (SELECT FROM psycheos.outbox_messages d WHERE d.bot_id = o.bot_id AND d.chat_id = o.chat_id AND d.lane = 0 \
                   AND d.status IN ('pending', 'sending')) RETURNING 1) SELECT count(*) AS count FROM back",
    },
    Sweep {
        name: "purge_dedup",
        counted: purged("telegram_update_dedup"),
        sql: "WITH old AS (SELECT ctid FROM psycheos.telegram_update_dedup WHERE received_at < now() - interval '7 days' LIMIT 1000), \
              gone AS (DELETE FROM psycheos.telegram_update_dedup t USING old WHERE t.ctid = old.ctid RETURNING 1) \
              SELECT count(*) AS count FROM gone",
    },
    Sweep {
        name: "purge_outbox_text",
        counted: purged("outbox_messages.payload"),
        sql: "WITH old AS (SELECT outbox_id FROM psycheos.outbox_messages WHERE finished_at < now() - interval '24 hours' \
                  AND payload IS NOT NULL ORDER BY finished_at LIMIT 1000 FOR UPDATE SKIP LOCKED), \
              gone AS (UPDATE psycheos.outbox_messages o SET payload = NULL FROM old WHERE o.outbox_id = old.outbox_id RETURNING 1) \
              SELECT count(*) AS count FROM gone",
    },
    Sweep {
        name: "purge_outbox_rows",
        counted: purged("outbox_messages"),
        sql: "WITH old AS (SELECT outbox_id FROM psycheos.outbox_messages WHERE finished_at < now() - interval '30 days' \
                  ORDER BY finished_at LIMIT 1000 FOR UPDATE SKIP LOCKED), \
              gone AS (DELETE FROM psycheos.outbox_messages o USING old WHERE o.outbox_id = old.outbox_id RETURNING 1) \
              SELECT count(*) AS count FROM gone",
    },
    Sweep {
        name: "purge_jobs",
        counted: purged("jobs"),
        sql: "WITH old AS (SELECT job_id FROM psycheos.jobs WHERE finished_at < now() - \
                  CASE status WHEN 'failed' THEN interval '90 days' ELSE interval '30 days' END \
                  ORDER BY finished_at LIMIT 1000 FOR UPDATE SKIP LOCKED), \
              gone AS (DELETE FROM psycheos.jobs j USING old WHERE j.job_id = old.job_id RETURNING 1) \
              SELECT count(*) AS count FROM gone",
    },
    Sweep {
        name: "purge_llm_bodies",
        counted: purged("llm_calls.response"),
        sql: "WITH old AS (SELECT c.call_id FROM psycheos.llm_calls c WHERE c.response IS NOT NULL AND NOT EXISTS \
                  (SELECT FROM psycheos.jobs j WHERE j.job_id = c.job_id AND j.status IN ('queued', 'running')) \
                  AND c.created_at < now() - interval '1 hour' LIMIT 1000), \
              gone AS (UPDATE psycheos.llm_calls c SET response = NULL FROM old WHERE c.call_id = old.call_id RETURNING 1) \
              SELECT count(*) AS count FROM gone",
    },
    Sweep {
        name: "purge_passes",
        counted: purged("link_tokens"),
        sql: "WITH old AS (SELECT l.jti FROM psycheos.link_tokens l JOIN psycheos.runs r USING (run_id) \
                  WHERE l.expires_at < now() - interval '7 days' AND r.status NOT IN ('issued', 'active') LIMIT 1000), \
              gone AS (DELETE FROM psycheos.link_tokens l USING old WHERE l.jti = old.jti RETURNING 1) \
              SELECT count(*) AS count FROM gone",
    },
    Sweep {
        name: "purge_pass_tries",
        counted: purged("pass_tries"),
        sql: "WITH gone AS (DELETE FROM psycheos.pass_tries WHERE since < now() - interval '1 day' RETURNING 1) \
              SELECT count(*) AS count FROM gone",
    },
    Sweep {
        name: "purge_dead_updates",
        counted: purged("dead_updates"),
        sql: "WITH gone AS (DELETE FROM psycheos.dead_updates WHERE created_at < now() - interval '30 days' RETURNING 1) \
              SELECT count(*) AS count FROM gone",
    },
    Sweep {
        name: "purge_files",
        counted: purged("files"),
        sql: "WITH gone AS (DELETE FROM psycheos.files WHERE expires_at < now() RETURNING 1) SELECT count(*) AS count FROM gone",
    },
    Sweep {
        name: "purge_idle_chats",
        counted: purged("bot_chat_state.state_payload"),
        sql: "WITH old AS (SELECT bot_id, chat_id FROM psycheos.bot_chat_state WHERE state_payload IS NOT NULL \
                  AND updated_at < now() - interval '30 days' LIMIT 1000 FOR UPDATE SKIP LOCKED), \
              gone AS (UPDATE psycheos.bot_chat_state s SET state = '', state_payload = NULL, context_id = NULL, run_id = NULL, \
                  version = s.version + 1 FROM old WHERE s.bot_id = old.bot_id AND s.chat_id = old.chat_id RETURNING 1) \
              SELECT count(*) AS count FROM gone",
    },
    Sweep {
        name: "purge_pace",
        counted: purged("send_pace"),
        sql: "WITH gone AS (DELETE FROM psycheos.send_pace WHERE chat_id <> 0 AND unreachable_reason IS NULL \
                  AND next_at < now() - interval '10 minutes' AND frozen_until < now() RETURNING 1) SELECT count(*) AS count FROM gone",
    },
    Sweep { name: "expire_cases", counted: purged("contexts"), sql: "SELECT psycheos.cases_expire(100)::bigint AS count" },
    Sweep {
        name: "expire_transcripts",
        counted: purged("artifacts.transcript"),
        sql: "SELECT psycheos.transcripts_expire(500)::bigint AS count",
    },
    Sweep { name: "expire_records", counted: purged("records"), sql: "SELECT psycheos.records_expire(500)::bigint AS count" },
    Sweep { name: "expire_chats", counted: purged("bot_chat_state"), sql: "SELECT psycheos.chats_expire(1000)::bigint AS count" },
    Sweep {
        name: "purge_invites",
        counted: purged("specialist_invites"),
        sql: "WITH gone AS (DELETE FROM psycheos.specialist_invites WHERE expires_at < now() - interval '30 days' RETURNING 1) \
              SELECT count(*) AS count FROM gone",
    },
    Sweep { name: "purge_payments", counted: purged("payments"), sql: "SELECT psycheos.payments_purge(1000) AS count" },
    Sweep {
        name: "purge_refusals",
        counted: purged("send_refusals"),
        sql: "WITH gone AS (DELETE FROM psycheos.send_refusals WHERE minute < now() - interval '7 days' RETURNING 1) \
              SELECT count(*) AS count FROM gone",
    },
    Sweep {
        name: "purge_samples",
        counted: purged("webhook_samples"),
        sql: "WITH gone AS (DELETE FROM psycheos.webhook_samples WHERE at < now() - interval '7 days' RETURNING 1) \
              SELECT count(*) AS count FROM gone",
    },
    Sweep {
        name: "purge_alerts",
        counted: purged("operator_alerts"),
        sql: "WITH gone AS (DELETE FROM psycheos.operator_alerts WHERE sent_at < now() - interval '30 days' RETURNING 1) \
              SELECT count(*) AS count FROM gone",
    },
];

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

impl Sweep {
    /// Does one batch; returns how many rows it touched.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn run(&self, conn: &mut PgConn) -> Result<i64, DbError> {
        let row: CountRow = diesel::sql_query(self.sql).get_result(conn).await?;
        Ok(row.count)
    }
}

/// A violated invariant.
#[derive(Debug, Clone, QueryableByName)]
pub struct Violation {
    /// Which one.
    #[diesel(sql_type = Text)]
    pub id: String,
    /// What is broken.
    #[diesel(sql_type = Text)]
    pub broken: String,
}

/// Everything that does not hold; empty when all is well.
///
/// # Errors
/// When the database fails.
pub async fn list_violations(conn: &mut PgConn) -> Result<Vec<Violation>, DbError> {
    Ok(diesel::sql_query("SELECT id, broken FROM psycheos.invariants LIMIT 100").load(conn).await?)
}

/// A danger notice nobody has acknowledged, that is due for a reminder.
#[derive(Debug, Clone, QueryableByName)]
pub struct DueReminder {
    /// The event.
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub event_id: uuid::Uuid,
    /// Its case.
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub context_id: uuid::Uuid,
    /// The specialist.
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub specialist_user_id: uuid::Uuid,
    /// How many reminders went before this one.
    #[diesel(sql_type = Integer)]
    pub reminders: i32,
    /// After this one the operator is told.
    #[diesel(sql_type = diesel::sql_types::Bool)]
    pub escalate: bool,
}

/// Takes the notices that are due: urgent ones after 15 minutes, 1 hour and 4 hours, then the operator; elevated ones once
/// after 4 hours. Each is taken by one caller only.
///
/// # Errors
/// When the database fails.
pub async fn take_due_reminders(conn: &mut PgConn) -> Result<Vec<DueReminder>, DbError> {
    Ok(diesel::sql_query(
        "WITH due AS ( \
            SELECT e.event_id, c.specialist_user_id, e.reminders::integer AS reminders FROM psycheos.safety_events e \
            JOIN psycheos.contexts c USING (context_id) \
            WHERE e.acknowledged_at IS NULL AND e.escalated_at IS NULL AND c.deleted_at IS NULL AND CASE e.level \
                WHEN 'urgent' THEN e.created_at + (ARRAY[interval '15 minutes', interval '1 hour', interval '4 hours', \
                                                         interval '5 hours'])[e.reminders + 1] < now() \
                ELSE e.reminders = 0 AND e.created_at + interval '4 hours' < now() END \
            ORDER BY e.created_at LIMIT 200 FOR UPDATE OF e SKIP LOCKED) \
         UPDATE psycheos.safety_events e SET reminders = least(e.reminders + 1, 3), \
            escalated_at = CASE WHEN due.reminders >= 3 THEN now() END \
         FROM due WHERE e.event_id = due.event_id \
         RETURNING e.event_id, e.context_id, due.specialist_user_id, due.reminders, due.reminders >= 3 AS escalate",
    )
    .load(conn)
    .await?)
}

/// Notes that a task of the clock's service ran.
///
/// # Errors
/// When the database fails.
pub async fn heartbeat(conn: &mut PgConn, task: &str, duration_ms: i32, error: Option<&str>) -> Result<(), DbError> {
    diesel::sql_query(
        "INSERT INTO psycheos.cron_heartbeat AS h (task, last_ok, last_error, duration_ms) \
         VALUES ($1, CASE WHEN $2 IS NULL THEN now() END, $2, $3) \
         ON CONFLICT (task) DO UPDATE SET last_ok = coalesce(excluded.last_ok, h.last_ok), last_error = excluded.last_error, \
            duration_ms = excluded.duration_ms",
    )
    .bind::<Text, _>(task)
    .bind::<Nullable<Text>, _>(error)
    .bind::<Integer, _>(duration_ms)
    .execute(conn)
    .await?;
    Ok(())
}
