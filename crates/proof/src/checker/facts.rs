//! Facts: the rows and the stand-in's log, as they are.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use fake_telegram::{FakeTelegram, LogEntry, LogKind};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio_postgres::Client;

/// An update as the stand-in created it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    /// The bot it is for.
    pub bot: String,
    /// Its id.
    pub update_id: i64,
    /// Name of its field: `message`.
    pub kind: String,
    /// What the field holds: the same in all copies of one press.
    pub content: String,
}

/// An attempt to deliver an update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The bot.
    pub bot: String,
    /// The update.
    pub update_id: i64,
    /// What was answered; `None`: nothing.
    pub status: Option<u16>,
}

/// A call of a method that makes or changes a message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Call {
    /// Its place among all calls, in the order in which they were applied.
    pub seq: u64,
    /// The bot.
    pub bot: String,
    /// In lower case.
    pub method: String,
    /// The chat.
    pub chat: i64,
    /// The message that was made, or was to be changed.
    pub number: Option<i64>,
    /// Text or caption, without markup: a message whose markup was refused is sent again as plain text.
    pub text: Option<String>,
    /// It changed the chat, whatever the caller was told.
    pub applied: bool,
    /// Refused as an edit that changes nothing.
    pub not_modified: bool,
}

/// An update that was taken in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Seen {
    /// The bot.
    pub bot: String,
    /// The update.
    pub update_id: i64,
    /// The person's chat.
    pub chat: Option<i64>,
    /// When its transaction began, in microseconds: every row of one transaction has the same moment.
    pub at_us: i64,
}

/// A row of the outbox.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Message {
    /// Its id.
    pub id: String,
    /// The order of its chat.
    pub seq: i64,
    /// The bot.
    pub bot: String,
    /// The chat; none for calls without one.
    pub chat: Option<i64>,
    /// 0 goes before what waits in lanes 2 and 3 of its chat.
    pub lane: i16,
    /// As it was put in.
    pub method: String,
    /// Its state.
    pub status: String,
    /// The number Telegram gave it, or of the message it edited.
    pub number: Option<i64>,
    /// The message it was to edit.
    pub target: Option<i64>,
    /// How often its delivery was uncertain.
    pub ambiguous: usize,
    /// It may go now.
    pub due: bool,
    /// Its idempotency key, which names what caused it.
    pub key: String,
    /// The run it belongs to.
    pub run: Option<String>,
    /// When its transaction began.
    pub at_us: i64,
}

/// A job.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Job {
    /// Its id.
    pub id: String,
    /// What is to be done.
    pub kind: String,
    /// Its state.
    pub status: String,
    /// The bot of its conversation.
    pub bot: Option<String>,
    /// The chat of its conversation.
    pub chat: Option<i64>,
    /// Its run.
    pub run: Option<String>,
    /// It may be worked on now, or is.
    pub due: bool,
    /// When the transaction that ended it began.
    pub ended_us: Option<i64>,
}

/// A run with its pass.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Run {
    /// Its id.
    pub id: String,
    /// The tool.
    pub service: String,
    /// The person its pass is bound to.
    pub bound: Option<i64>,
    /// Its results were taken away again: withdrawn, deleted, forgotten.
    pub emptied: bool,
}

/// An operation with its entries.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Operation {
    /// Its id.
    pub id: String,
    /// Its run.
    pub run: String,
    /// What is paid for.
    pub kind: String,
    /// The price.
    pub cost: i64,
    /// Its state.
    pub status: String,
    /// What could not be charged any more.
    pub written_off: i64,
    /// Movements that held Stars for it.
    pub holds: i64,
    /// Movements that charged it.
    pub charges: i64,
    /// Movements that released it.
    pub releases: i64,
    /// Stars its entries hold now.
    pub held: i64,
    /// Stars its entries have charged.
    pub charged: i64,
}

/// A result.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Artifact {
    /// Its id.
    pub id: String,
    /// The tool.
    pub service: String,
    /// Its run.
    pub run: String,
    /// Its type.
    pub kind: String,
    /// When its transaction began.
    pub at_us: i64,
}

/// A chat's state.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Chat {
    /// The bot.
    pub bot: String,
    /// The chat.
    pub chat: i64,
    /// The run it is in.
    pub run: Option<String>,
    /// How many turns it has had.
    pub version: i64,
}

/// A row that only a turn or a call of another program makes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Made {
    /// `case`, `run`, `operation`, `job` (of a run), `invoice`.
    pub what: String,
    /// Its id.
    pub id: String,
    /// The chat of the person it was made for.
    pub chat: Option<i64>,
    /// When its transaction began.
    pub at_us: i64,
}

/// Everything [`super::judge`] looks at.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Rows of the view.
    pub invariants: Vec<(String, String)>,
    /// Every update there was.
    pub updates: Vec<Update>,
    /// Every attempt to deliver one.
    pub deliveries: Vec<Delivery>,
    /// Every call that makes or changes a message.
    pub calls: Vec<Call>,
    /// What was taken in.
    pub seen: Vec<Seen>,
    /// Updates that failed, and whether they were put aside.
    pub failed_updates: Vec<(String, bool)>,
    /// The outbox.
    pub messages: Vec<Message>,
    /// Jobs.
    pub jobs: Vec<Job>,
    /// Runs.
    pub runs: Vec<Run>,
    /// Operations.
    pub operations: Vec<Operation>,
    /// Results.
    pub artifacts: Vec<Artifact>,
    /// Chats.
    pub chats: Vec<Chat>,
    /// Cases and accounts that were erased: each counts as a turn of the chats that were in it.
    pub erasures: i64,
    /// What turns have made.
    pub made: Vec<Made>,
    /// Moments of the audit log: calls of other programs have theirs there.
    pub audited_us: BTreeSet<i64>,
    /// What an operator has put back to work: `job …`, `message …`.
    pub requeued: BTreeSet<String>,
    /// Stars by which wallets and their entries differ.
    pub ledger_drift_stars: i64,
}

/// A moment in microseconds.
macro_rules! us {
    ($moment:literal) => {
        concat!("(extract(epoch FROM ", $moment, ") * 1000000)::bigint")
    };
}

const SEEN: &str = concat!(
    "SELECT bot_id AS bot, update_id, chat_id AS chat, ",
    us!("received_at"),
    " AS at_us FROM psycheos.telegram_update_dedup"
);

const MESSAGES: &str = concat!(
    "SELECT o.outbox_id AS id, o.seq, o.bot_id AS bot, o.chat_id AS chat, o.lane, o.method, o.status, o.ambiguous, o.run_id AS run, \
        o.telegram_message_id AS number, coalesce(o.target_message_id, d.telegram_message_id) AS target, \
        o.not_before <= now() AS due, o.idempotency_key AS key, ",
    us!("o.created_at"),
    " AS at_us FROM psycheos.outbox_messages o LEFT JOIN psycheos.outbox_messages d ON d.outbox_id = o.depends_on ORDER BY o.seq"
);

const JOBS: &str = concat!(
    "SELECT job_id AS id, kind, status, bot_id AS bot, chat_id AS chat, run_id AS run, status = 'running' OR run_after <= now() AS due, ",
    us!("finished_at"),
    " AS ended_us FROM psycheos.jobs"
);

const RUNS: &str = "SELECT r.run_id AS id, r.service_id AS service, l.bound_telegram_id AS bound, \
        coalesce(r.cancel_reason IN ('withdrawn', 'deleted'), false) OR r.forgotten_at IS NOT NULL AS emptied \
    FROM psycheos.runs r LEFT JOIN psycheos.link_tokens l USING (run_id)";

const OPERATIONS: &str = "SELECT u.operation_id AS id, u.run_id AS run, u.operation_kind AS kind, u.cost_stars AS cost, u.status, \
        u.written_off_stars AS written_off, \
        count(DISTINCT e.transaction_id) FILTER (WHERE e.kind = 'reserve') AS holds, \
        count(DISTINCT e.transaction_id) FILTER (WHERE e.kind = 'charge') AS charges, \
        count(DISTINCT e.transaction_id) FILTER (WHERE e.kind = 'release') AS releases, \
        coalesce(sum(e.amount_stars) FILTER (WHERE e.account = 'reserved'), 0)::bigint AS held, \
        coalesce(sum(e.amount_stars) FILTER (WHERE e.account = 'revenue'), 0)::bigint AS charged \
    FROM psycheos.usage_ledger u LEFT JOIN psycheos.ledger_entries e USING (operation_id) GROUP BY u.operation_id";

const ARTIFACTS: &str = concat!(
    "SELECT artifact_id AS id, service_id AS service, run_id AS run, artifact_type AS kind, ",
    us!("created_at"),
    " AS at_us FROM psycheos.artifacts"
);

const CHATS: &str = "SELECT bot_id AS bot, chat_id AS chat, run_id AS run, version FROM psycheos.bot_chat_state";

/// A payment that came without an invoice of its own has the payload it came with, and was made by no turn of its payer.
const MADE: &str = concat!(
    "SELECT m.what, m.id, m.chat, ",
    us!("m.at"),
    " AS at_us FROM ( \
        SELECT 'case' AS what, c.context_id AS id, u.telegram_id AS chat, c.created_at AS at \
            FROM psycheos.contexts c JOIN psycheos.users u ON u.user_id = c.specialist_user_id \
        UNION ALL SELECT 'run', r.run_id, u.telegram_id, r.created_at \
            FROM psycheos.runs r JOIN psycheos.users u ON u.user_id = r.owner_user_id \
        UNION ALL SELECT 'operation', o.operation_id, u.telegram_id, o.created_at \
            FROM psycheos.usage_ledger o JOIN psycheos.users u USING (user_id) WHERE o.operation_kind NOT LIKE '%+again' \
        UNION ALL SELECT 'job', j.job_id, j.chat_id, j.created_at FROM psycheos.jobs j WHERE j.run_id IS NOT NULL \
        UNION ALL SELECT 'invoice', p.payment_id, u.telegram_id, p.created_at \
            FROM psycheos.payments p JOIN psycheos.users u USING (user_id) WHERE p.invoice_payload IS NULL) m"
);

const DRIFT: &str = "SELECT coalesce(sum(abs(w.balance_stars - coalesce(e.balance, 0))), 0)::bigint FROM psycheos.wallets w \
    LEFT JOIN (SELECT user_id, sum(amount_stars) FILTER (WHERE account IN ('available', 'reserved')) AS balance \
               FROM psycheos.ledger_entries GROUP BY user_id) e USING (user_id)";

impl Facts {
    /// Reads the rows and the log.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn load(admin: &Client, telegram: &FakeTelegram) -> Result<Self> {
        let mut facts = Self::of_rows(admin).await?;
        facts.add_log(&telegram.log_after(0));
        for bot in telegram.bots() {
            facts.updates.extend(telegram.updates(&bot.name).iter().filter_map(|update| read_update(&bot.name, update)));
        }
        Ok(facts)
    }

    /// Reads the rows alone.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn of_rows(admin: &Client) -> Result<Self> {
        let failed =
            "SELECT json_build_array(bot_id || ':' || update_id || ' (' || reason || ')', dead) FROM psycheos.dead_updates";
        let requeued = "SELECT detail FROM psycheos.audit_log WHERE action LIKE '%requeue%' AND detail IS NOT NULL";
        Ok(Self {
            invariants: column(admin, "SELECT json_build_array(id, broken) FROM psycheos.invariants").await?,
            seen: rows(admin, SEEN).await?,
            failed_updates: column(admin, failed).await?,
            messages: rows(admin, MESSAGES).await?,
            jobs: rows(admin, JOBS).await?,
            runs: rows(admin, RUNS).await?,
            operations: rows(admin, OPERATIONS).await?,
            artifacts: rows(admin, ARTIFACTS).await?,
            chats: rows(admin, CHATS).await?,
            erasures: column::<i64>(admin, "SELECT count(*) FROM psycheos.erasure_log").await?.into_iter().sum(),
            made: rows(admin, MADE).await?,
            audited_us: column(admin, concat!("SELECT ", us!("at"), " FROM psycheos.audit_log")).await?.into_iter().collect(),
            requeued: column(admin, requeued).await?.into_iter().collect(),
            ledger_drift_stars: column::<i64>(admin, DRIFT).await?.into_iter().sum(),
            ..Self::default()
        })
    }

    /// Adds what the stand-in saw.
    pub fn add_log(&mut self, log: &[LogEntry]) {
        for entry in log {
            match entry.kind {
                LogKind::Delivery => self.deliveries.extend(entry.update_id.map(|update_id| Delivery {
                    bot: entry.bot.clone(),
                    update_id,
                    status: entry.status,
                })),
                LogKind::Call => self.calls.extend(read_call(entry)),
                // Telegram carries out a method in an answer at once; the platform answers presses this way and nothing else.
                LogKind::WebhookAnswer | LogKind::Download => {}
            }
        }
    }
}

fn read_call(entry: &LogEntry) -> Option<Call> {
    let method = entry.method.to_lowercase();
    if !method.starts_with("send") && !method.starts_with("edit") {
        return None;
    }
    Some(Call {
        seq: entry.seq,
        bot: entry.bot.clone(),
        method,
        chat: entry.chat?,
        number: entry.message_id,
        text: entry.text.as_deref().map(plain),
        applied: entry.applied,
        not_modified: entry.outcome.contains("message is not modified"),
    })
}

fn read_update(bot: &str, update: &serde_json::Value) -> Option<Update> {
    let update_id = update.get("update_id")?.as_i64()?;
    let (kind, content) = update.as_object()?.iter().find(|(name, _)| *name != "update_id")?;
    Some(Update { bot: bot.to_owned(), update_id, kind: kind.clone(), content: content.to_string() })
}

/// The same text without markup, as the sender makes it.
pub(crate) fn plain(markup: &str) -> String {
    let mut text = String::with_capacity(markup.len());
    let mut in_tag = false;
    for c in markup.chars() {
        match c {
            '<' => in_tag = true,
            '>' if in_tag => in_tag = false,
            _ if in_tag => {}
            _ => text.push(c),
        }
    }
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// Rows as values.
async fn rows<T: DeserializeOwned>(admin: &Client, query: &str) -> Result<Vec<T>> {
    aggregated(admin, &format!("SELECT coalesce(json_agg(t), '[]')::text FROM ({query}) t")).await
}

/// The one column of a query as values.
async fn column<T: DeserializeOwned>(admin: &Client, query: &str) -> Result<Vec<T>> {
    aggregated(admin, &format!("SELECT coalesce(json_agg(t.x), '[]')::text FROM ({query}) t(x)")).await
}

async fn aggregated<T: DeserializeOwned>(admin: &Client, query: &str) -> Result<Vec<T>> {
    let row = admin.query_one(query, &[]).await.with_context(|| format!("cannot read: {query}"))?;
    serde_json::from_str(row.get(0)).with_context(|| format!("rows of another shape: {query}"))
}
