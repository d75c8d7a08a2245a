//! A database that has worked for a while: a week of finished jobs, sent messages and seen updates.
use std::time::Instant;

use anyhow::Result;

use crate::{
    figure::Report,
    ground::{Ground, id_at},
};

/// Chats the rows belong to.
const CHATS: i64 = 3000;

/// Inserts so many finished jobs, sent messages and seen updates, as if they had come evenly through the last week. Messages keep their
/// sealed text, as they do until it is swept.
///
/// # Errors
/// When the database fails.
pub async fn grow(ground: &mut Ground, rows: i64, report: &mut Report) -> Result<()> {
    ground.clear().await?;
    let began = Instant::now();
    let moment = format!("now() - interval '7 days' * (1 - n / {rows}.0)");
    let chat = format!("500000 + n % {CHATS}");
    let sealed = "'\\x01'::bytea || sha512(n::text::bytea) || sha512(n::text::bytea) || sha512(n::text::bytea)";
    let statements = [
        format!(
            "INSERT INTO psycheos.telegram_update_dedup (bot_id, update_id, chat_id, received_at) \
             SELECT 'pro', 10000000 + n, {chat}, {moment} FROM generate_series(1, {rows}) n"
        ),
        format!(
            "INSERT INTO psycheos.outbox_messages (outbox_id, bot_id, chat_id, kind, method, payload, telegram_message_id, status, \
                not_before, attempt_count, idempotency_key, created_at, sending_since, finished_at) \
             SELECT {}, 'pro', {chat}, 'reply', 'sendMessage', {sealed}, n, 'sent', {moment}, 1, 'outbox:grown:upd' || n || '.0', \
                {moment}, {moment}, {moment} FROM generate_series(1, {rows}) n",
            id_at(&moment)
        ),
        format!(
            "INSERT INTO psycheos.jobs (job_id, kind, service_id, bot_id, chat_id, status, run_after, attempt_count, idempotency_key, \
                created_at, finished_at) \
             SELECT {}, 'screen_report', 'screen', 'screen', {chat}, 'done', {moment}, 1, 'job:grown:' || n, {moment}, {moment} \
                FROM generate_series(1, {rows}) n",
            id_at(&moment)
        ),
    ];
    for statement in statements {
        ground.admin.batch_execute(&statement).await?;
    }
    ground.grown = true;
    ground.clear().await?;
    // What was inserted is on the disk before anything is measured: it would be written under the first rounds.
    ground.admin.batch_execute("CHECKPOINT").await?;
    tokio::process::Command::new("sync").status().await?;
    for table in ["telegram_update_dedup", "outbox_messages", "jobs"] {
        let bytes = ground.count(&format!("SELECT pg_total_relation_size('psycheos.{table}') / {}", rows.max(1))).await?;
        report.row_bytes.insert(table.to_owned(), bytes);
    }
    println!("grown by {rows} finished jobs, sent messages and seen updates in {} s", began.elapsed().as_secs());
    report.grown = Some(rows);
    Ok(())
}
