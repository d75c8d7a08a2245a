//! The races, step by step.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use domain::{BotId, ChatId, UpdateId};
use test_kit::{Endpoint, Proxy, TestDb, connect};
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;
use uuid::Uuid;

use crate::checker::{Call, Delivery, Facts, Update};

const CHAT: i64 = 7_000_001;
const OTHER_CHAT: i64 = 7_000_002;
/// A field that passes for a sealed one.
const SEALED: &str = "decode('01' || repeat('00', 56), 'hex')";

/// A race in which a guard is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provocation {
    /// A worker sleeps past its lease, another one does its job, and it wakes up.
    WorkerOutlivesItsLease,
    /// A sender sleeps past its lease over a call that is refused; another one sends the message meanwhile.
    SenderOutlivesItsLease,
    /// An update is delivered again: its answer was lost.
    UpdateComesTwice,
    /// A worker charges a run that has no result.
    ChargeWithoutResult,
    /// Two senders look for work while a chat has two messages.
    TwoSenders,
    /// Two people open the link of one pass.
    TwoOpenOnePass,
    /// A pass is taken back, and then its case is deleted.
    ReleasedTwice,
    /// A run is charged, and then once more.
    ChargedTwice,
    /// A worker and a turn write to one chat, and the later one commits first.
    TwoProducers,
    /// A sender dies after its call.
    SenderDies,
    /// A turn goes on after a statement that failed.
    ErrorIsSwallowed,
}

impl Provocation {
    /// Plays it and gives what there is to be judged. `wire` rewrites what the services send.
    pub(super) async fn play(self, db: &TestDb, wire: Option<(&'static str, &'static str)>) -> Result<Facts> {
        let mut stage = Stage::new(db, wire).await?;
        match self {
            Self::WorkerOutlivesItsLease => stage.worker_outlives_its_lease().await,
            Self::SenderOutlivesItsLease => stage.sender_outlives_its_lease().await,
            Self::UpdateComesTwice => stage.update_comes_twice().await,
            Self::ChargeWithoutResult => stage.charge_without_result().await,
            Self::TwoSenders => stage.two_senders().await,
            Self::TwoOpenOnePass => stage.two_open_one_pass().await,
            Self::ReleasedTwice => stage.released_twice().await,
            Self::ChargedTwice => stage.charged_twice().await,
            Self::TwoProducers => stage.two_producers().await,
            Self::SenderDies => stage.sender_dies().await,
            Self::ErrorIsSwallowed => stage.error_is_swallowed().await,
        }?;
        stage.drain().await?;
        let mut facts = Facts::of_rows(&stage.admin).await?;
        (facts.updates, facts.deliveries, facts.calls) = (stage.updates, stage.deliveries, stage.calls);
        Ok(facts)
    }
}

/// A database with one specialist, and what Telegram has seen.
struct Stage<'a> {
    db: &'a TestDb,
    wire: Option<(&'static str, &'static str)>,
    admin: Client,
    specialist: Uuid,
    updates: Vec<Update>,
    deliveries: Vec<Delivery>,
    calls: Vec<Call>,
}

/// A message under a lease.
#[derive(Clone, Copy)]
struct Claimed {
    id: Uuid,
    lease: Uuid,
}

/// A launch: the ids of its case, run and pass.
struct Launched {
    case: Uuid,
    run: Uuid,
    pass: Uuid,
}

impl<'a> Stage<'a> {
    async fn new(db: &'a TestDb, wire: Option<(&'static str, &'static str)>) -> Result<Self> {
        let (admin, specialist) = (db.admin().await?, Uuid::new_v4());
        let people = "INSERT INTO psycheos.users (user_id, telegram_id, full_name) VALUES ($1, $2, 'Specialist')";
        admin.execute(people, &[&specialist, &CHAT]).await?;
        admin.query_one("SELECT psycheos.wallet_adjust($1, 200, 'seed')", &[&specialist]).await?;
        Ok(Self { db, wire, admin, specialist, updates: Vec::new(), deliveries: Vec::new(), calls: Vec::new() })
    }

    async fn service(&self, role: &str) -> Result<Client> {
        connect(&self.db.url(role)).await
    }

    // What Telegram sees -------------------------------------------------------------------------------------------------

    fn delivered(&mut self, bot: &str, update_id: i64, status: u16) {
        if !self.updates.iter().any(|update| (update.bot.as_str(), update.update_id) == (bot, update_id)) {
            self.updates.push(Update { bot: bot.into(), update_id, kind: "message".into(), content: update_id.to_string() });
        }
        self.deliveries.push(Delivery { bot: bot.into(), update_id, status: Some(status) });
    }

    /// A message appears in the chat; its number. Its text is the row's id, so that each says something else.
    fn appears(&mut self, message: Uuid) -> i64 {
        let number = self.calls.len() as i64 + 1;
        self.calls.push(Call {
            seq: self.calls.len() as u64 + 1,
            bot: "pro".into(),
            method: "sendmessage".into(),
            chat: CHAT,
            number: Some(number),
            text: Some(message.to_string()),
            applied: true,
            not_modified: false,
        });
        number
    }

    // What senders do ----------------------------------------------------------------------------------------------------

    async fn claim(&self, sender: &Client) -> Result<Option<Claimed>> {
        let lease = Uuid::new_v4();
        let query = "SELECT outbox_id FROM psycheos.outbox_claim(ARRAY['pro'], 1, $1, 150, ARRAY[0, 1, 2, 3]::smallint[])";
        Ok(sender.query_opt(query, &[&lease]).await?.map(|row| Claimed { id: row.get(0), lease }))
    }

    async fn finish(&self, sender: &Client, message: Claimed, status: &str, number: Option<i64>) -> Result<()> {
        let query = "SELECT psycheos.outbox_finish(ARRAY[$1]::uuid[], ARRAY[$2]::uuid[], $3, ARRAY[$4]::bigint[], NULL)";
        sender.query(query, &[&message.id, &message.lease, &status, &number]).await?;
        Ok(())
    }

    async fn send(&mut self, sender: &Client, message: Claimed) -> Result<()> {
        let number = self.appears(message.id);
        self.finish(sender, message, "sent", Some(number)).await
    }

    /// Everything that is left is sent; the pace of chats plays no part here.
    async fn drain(&mut self) -> Result<()> {
        let sender = self.service("psy_sender").await?;
        loop {
            self.admin
                .batch_execute("DELETE FROM psycheos.send_pace; UPDATE psycheos.outbox_messages SET not_before = now()")
                .await?;
            let Some(message) = self.claim(&sender).await? else { return Ok(()) };
            self.send(&sender, message).await?;
        }
    }

    async fn sender_is_taken_for_dead(&self, sender: &Client) -> Result<()> {
        self.admin
            .batch_execute("UPDATE psycheos.outbox_messages SET lease_until = now() - interval '1 s' WHERE lease IS NOT NULL")
            .await?;
        sender.query_one("SELECT psycheos.outbox_rescue()", &[]).await?;
        Ok(())
    }

    // What producers do --------------------------------------------------------------------------------------------------

    async fn put(&self, producer: &Client, key: &str) -> Result<()> {
        put(producer, key).await
    }

    /// A turn of a chat as the api makes it: taken in once, `work` done, the chat bound to the run that `work` gives.
    async fn turn(&mut self, bot: &str, update: i64, chat: i64, work: Work) -> Result<()> {
        let api = self.service("psy_api").await?;
        api.batch_execute("BEGIN").await?;
        match self.turn_within(&api, bot, update, chat, work).await {
            Ok(()) => {
                api.batch_execute("SET CONSTRAINTS ALL IMMEDIATE; COMMIT").await?;
                self.delivered(bot, update, 200);
                return Ok(());
            }
            Err(error)
                if error.downcast_ref::<tokio_postgres::Error>().and_then(|e| e.code()) == Some(&SqlState::CHECK_VIOLATION) =>
            {
                api.batch_execute("ROLLBACK").await?;
            }
            Err(error) => return Err(error),
        }
        // Telegram delivers it again and again, until it is put aside.
        for attempt in 1..=5 {
            let query = format!("SELECT psycheos.update_failed($1, $2, {SEALED}, 'wrong', 5, $3)");
            let dead: bool = api.query_one(&query, &[&bot, &update, &chat]).await?.get(0);
            self.delivered(bot, update, if dead { 200 } else { 503 });
            anyhow::ensure!(dead == (attempt == 5), "dead after {attempt} failures");
        }
        Ok(())
    }

    async fn turn_within(&self, api: &Client, bot: &str, update: i64, chat: i64, work: Work) -> Result<()> {
        let opened = api.query_one("SELECT fresh, version FROM psycheos.turn_begin($1, $2, $3)", &[&bot, &update, &chat]).await?;
        if !opened.get::<_, bool>(0) {
            return Ok(());
        }
        let run: Option<Uuid> = match work {
            Work::MakeCase => {
                let insert = format!(
                    "INSERT INTO psycheos.contexts (context_id, specialist_user_id, client_ref) VALUES ($1, $2, {SEALED})"
                );
                api.execute(&insert, &[&Uuid::new_v4(), &self.specialist]).await?;
                None
            }
            Work::OpenPass(run) => {
                let open = "SELECT run_id FROM psycheos.pass_open(sha256($1::uuid::text::bytea), $2, $2, $3)";
                api.query_one(open, &[&run, &bot, &chat]).await?.get(0)
            }
        };
        let close = "SELECT psycheos.turn_close($1, $2, $3, 'idle', NULL, NULL, NULL, NULL, $4, '{}', '{}', '{}', '{}', '{}', '{}', \
                     '{}', '{}', '{}', '{}', '{}', '{}', '{}', NULL, NULL, true, false, false)";
        api.query_one(close, &[&bot, &chat, &opened.get::<_, i64>(1), &run]).await?;
        Ok(())
    }

    /// Another program launches a screening: a case, a run, its pass, its reserve, a line in the audit log.
    async fn launch(&self) -> Result<Launched> {
        let (case, run, pass) = (Uuid::new_v4(), Uuid::new_v4(), Uuid::new_v4());
        let specialist = self.specialist;
        let launch = format!(
            "INSERT INTO psycheos.contexts (context_id, specialist_user_id, client_ref) VALUES ('{case}', '{specialist}', {SEALED});
             INSERT INTO psycheos.runs (run_id, context_id, service_id, owner_user_id, role, correlation_id)
                 VALUES ('{run}', '{case}', 'screen', '{specialist}', 'client', '{run}');
             INSERT INTO psycheos.link_tokens (jti, token_hash, service_id, context_id, run_id, role, issued_by, expires_at)
                 VALUES ('{pass}', sha256('{run}'::bytea), 'screen', '{case}', '{run}', 'client', '{specialist}', now() + interval '1 day');
             SELECT psycheos.usage_reserve(gen_random_uuid(), '{run}', 'run', 50, 86400, '{run}');
             INSERT INTO psycheos.audit_log (actor, role, action) VALUES ('key:1', 'program', 'link_issue');"
        );
        self.admin.batch_execute(&launch).await?;
        Ok(Launched { case, run, pass })
    }

    /// Charges a run; whether the database allowed it.
    async fn charge(&self, role: &str, run: Uuid) -> Result<bool> {
        match self.service(role).await?.query_one("SELECT psycheos.usage_commit($1, 'run')", &[&run]).await {
            Ok(_) => Ok(true),
            Err(error) if error.code() == Some(&SqlState::CHECK_VIOLATION) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    // The races ----------------------------------------------------------------------------------------------------------

    async fn worker_outlives_its_lease(&mut self) -> Result<()> {
        let (slow, quick) = (self.service("psy_worker").await?, self.service("psy_worker").await?);
        let job = Uuid::new_v4();
        let enqueue = format!(
            "INSERT INTO psycheos.jobs (job_id, kind, service_id, bot_id, chat_id, payload, idempotency_key) \
             VALUES ($1, 'screen_report', 'screen', 'screen', {CHAT}, {SEALED}, 'once')"
        );
        self.service("psy_api").await?.execute(&enqueue, &[&job]).await?;
        let slow_lease = claim_job(&slow).await?;
        self.admin.batch_execute("UPDATE psycheos.jobs SET lease_until = now() - interval '1 s'").await?;
        let quick_lease = claim_job(&quick).await?;
        self.end_job(&quick, job, quick_lease).await?;
        self.end_job(&slow, job, slow_lease).await
    }

    /// The finishing transaction: the fence, then what the job says.
    async fn end_job(&self, worker: &Client, job: Uuid, lease: Uuid) -> Result<()> {
        worker.batch_execute("BEGIN").await?;
        let ours: bool = worker.query_one("SELECT psycheos.jobs_finish($1, $2, 'done', NULL)", &[&job, &lease]).await?.get(0);
        if ours {
            self.put(worker, &format!("outbox|screen|none|none|tg:{CHAT}|msg:job{job}.0|-")).await?;
        }
        worker.batch_execute(if ours { "COMMIT" } else { "ROLLBACK" }).await?;
        Ok(())
    }

    async fn sender_outlives_its_lease(&mut self) -> Result<()> {
        let (slow, quick) = (self.service("psy_sender").await?, self.service("psy_sender").await?);
        let api = self.service("psy_api").await?;
        self.put(&api, "first").await?;
        self.put(&api, "second").await?;
        let of_slow = self.claim(&slow).await?.context("nothing to claim")?;
        self.sender_is_taken_for_dead(&quick).await?;
        let of_quick = self.claim(&quick).await?.context("nothing to claim again")?;
        self.finish(&slow, of_slow, "failed", None).await?;
        if let Some(second) = self.claim(&slow).await? {
            self.send(&slow, second).await?;
        }
        self.send(&quick, of_quick).await
    }

    async fn update_comes_twice(&mut self) -> Result<()> {
        self.turn("pro", 1, CHAT, Work::MakeCase).await?;
        self.turn("pro", 1, CHAT, Work::MakeCase).await
    }

    async fn charge_without_result(&mut self) -> Result<()> {
        let launched = self.launch().await?;
        self.charge("psy_worker", launched.run).await.map(drop)
    }

    async fn two_senders(&mut self) -> Result<()> {
        let (one, two) = (self.service("psy_sender").await?, self.service("psy_sender").await?);
        let api = self.service("psy_api").await?;
        self.put(&api, "first").await?;
        self.put(&api, "second").await?;
        let of_one = self.claim(&one).await?.context("nothing to claim")?;
        if let Some(of_two) = self.claim(&two).await? {
            self.send(&two, of_two).await?;
        }
        self.send(&one, of_one).await
    }

    async fn two_open_one_pass(&mut self) -> Result<()> {
        let launched = self.launch().await?;
        self.turn("screen", 1, OTHER_CHAT, Work::OpenPass(launched.run)).await?;
        self.turn("screen", 2, OTHER_CHAT + 1, Work::OpenPass(launched.run)).await
    }

    async fn released_twice(&mut self) -> Result<()> {
        let launched = self.launch().await?;
        // Another launch holds Stars, or the wallet itself would refuse a second release.
        self.launch().await?;
        let api = self.service("psy_api").await?;
        api.query_one("SELECT psycheos.pass_revoke($1, $2)", &[&launched.pass, &self.specialist]).await?;
        api.query_one("SELECT psycheos.case_erase($1, $2)", &[&launched.case, &self.specialist]).await?;
        Ok(())
    }

    async fn charged_twice(&mut self) -> Result<()> {
        let Launched { case, run, .. } = self.launch().await?;
        self.launch().await?;
        let specialist = self.specialist;
        let submit = format!(
            "INSERT INTO psycheos.artifacts (artifact_id, context_id, service_id, run_id, owner_user_id, artifact_type, artifact_version, \
                 summary, payload_json, payload_txt, idempotency_key) \
             VALUES ('{}', '{case}', 'screen', '{run}', '{specialist}', 'full_report', '1', {SEALED}, {SEALED}, {SEALED}, '{run}');
             INSERT INTO psycheos.audit_log (actor, role, action) VALUES ('key:1', 'program', 'artifact_submit');",
            Uuid::new_v4()
        );
        self.admin.batch_execute(&submit).await?;
        self.charge("psy_worker", run).await?;
        self.charge("psy_api", run).await.map(drop)
    }

    async fn two_producers(&mut self) -> Result<()> {
        let (worker, api) = (self.service("psy_worker").await?, self.service("psy_api").await?);
        let sender = self.service("psy_sender").await?;
        // The chat is not new: its row is there.
        self.put(&api, "before").await?;
        self.drain().await?;
        worker.batch_execute("BEGIN").await?;
        self.put(&worker, "first").await?;
        let mut second = tokio::spawn(async move { put(&api, "second").await });
        // With the guard it waits for the worker; without, it is there long before this.
        let before = tokio::time::timeout(Duration::from_millis(700), &mut second).await;
        if let Ok(put) = before {
            put??;
            let overtaking = self.claim(&sender).await?.context("the second is not there")?;
            self.send(&sender, overtaking).await?;
            worker.batch_execute("COMMIT").await?;
        } else {
            worker.batch_execute("COMMIT").await?;
            second.await??;
        }
        Ok(())
    }

    async fn sender_dies(&mut self) -> Result<()> {
        let sender = self.service("psy_sender").await?;
        self.put(&self.service("psy_api").await?, "only").await?;
        let claimed = self.claim(&sender).await?.context("nothing to claim")?;
        self.appears(claimed.id);
        drop(sender);
        self.sender_is_taken_for_dead(&self.service("psy_sender").await?).await
    }

    async fn error_is_swallowed(&mut self) -> Result<()> {
        let (Endpoint::Local { port }, _) = self.db.endpoints() else { bail!("the server is not ours") };
        let link = Proxy::start(vec![SocketAddr::from(([127, 0, 0, 1], port))]).await?;
        if let Some((from, to)) = self.wire {
            link.rewrite(from, to)?;
        }
        let pool = db::Pool::new(&link.endpoint().url(self.db.name(), "psy_api"), 1, Duration::from_secs(5))?;
        for mistake in [true, false] {
            let mut tx = pool.begin().await?;
            db::chat::mark_seen(&mut tx, BotId::Pro, UpdateId(1), Some(ChatId(CHAT))).await?;
            if mistake {
                let _swallowed = tx.client().batch_execute("SELECT 1 / 0").await;
            }
            let stored = tx.commit().await.is_ok();
            self.delivered("pro", 1, if stored { 200 } else { 503 });
            if stored {
                break;
            }
        }
        Ok(())
    }
}

/// What a turn does.
#[derive(Clone, Copy)]
enum Work {
    MakeCase,
    OpenPass(Uuid),
}

/// A message for the chat, in a transaction of its own or in the one that is open.
async fn put(producer: &Client, key: &str) -> Result<()> {
    let query = format!(
        "SELECT psycheos.outbox_put(ARRAY[$1]::uuid[], ARRAY['pro'], ARRAY[{CHAT}]::bigint[], ARRAY[NULL]::uuid[], ARRAY[NULL]::uuid[], \
         ARRAY[1]::smallint[], ARRAY['reply'], ARRAY['sendMessage'], ARRAY[{SEALED}], ARRAY[NULL]::uuid[], ARRAY[NULL]::uuid[], \
         ARRAY[NULL]::bigint[], ARRAY[$2], NULL, NULL)"
    );
    producer.query_one(&query, &[&Uuid::new_v4(), &key]).await?;
    Ok(())
}

/// Claims the one job there is; its lease.
async fn claim_job(worker: &Client) -> Result<Uuid> {
    let lease = Uuid::new_v4();
    worker.query_one("SELECT job_id FROM psycheos.jobs_claim(ARRAY['screen_report'], 1, $1, 60)", &[&lease]).await?;
    Ok(lease)
}
