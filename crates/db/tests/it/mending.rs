//! What failed for good and may be tried again, and what may not; calls to a model that belong to a specialist alone.
use bot_kit::{Again, FailedId, FailedQueue};
use db::{
    jobs::{self, NewJob},
    llm::{self, MadeCall, Whose},
    mending, money, passes,
};
use domain::{BotId, CaseId, ChatId, JobId, OperationId, OutboxId, RunId, ServiceId, Stars, UpdateId, UserId};
use uuid::Uuid;

use crate::support::{Database, case, database, keyring, pool, run, specialist};

fn job(run: Option<(RunId, CaseId)>, requester: Option<UserId>, payload: Vec<u8>) -> NewJob {
    let job = JobId(Uuid::now_v7());
    NewJob {
        job,
        kind: "screen_report",
        service: ServiceId::Screen,
        conversation: Some((BotId::Screen, ChatId(5))),
        case: run.map(|(_, case)| case),
        run: run.map(|(run, _)| run),
        requester,
        payload,
        key: job.to_string(),
    }
}

async fn failed(db: &Database, new: NewJob) -> FailedId {
    let id = new.job;
    jobs::insert(&mut pool(&db.url("psy_api"), 1).get().await.unwrap(), new, None).await.unwrap();
    let sql = "UPDATE psycheos.jobs SET status = 'failed', finished_at = now(), last_error = 'boom', attempt_count = 8 WHERE job_id = $1";
    db.admin().await.unwrap().execute(sql, &[&id.0]).await.unwrap();
    FailedId::Job(id)
}

#[tokio::test]
async fn a_failed_job_runs_again_only_while_what_it_costs_is_held() {
    let db = database().await;
    let admin = db.admin().await.unwrap();
    let (api, keys) = (pool(&db.url("psy_api"), 1), keyring());
    let owner = specialist(&api, 500, &admin).await;
    let of = case(&api, &keys, owner).await;
    let [held, released, over, unheld] = ["a", "b", "c", "d"];
    let mut ids = Vec::new();
    for token in [held, released, over, unheld] {
        let run = run(&api, &keys, owner, of, token).await;
        if token != unheld {
            let mut conn = api.get().await.unwrap();
            money::reserve(&mut conn, OperationId(Uuid::now_v7()), run, Stars(50), 3600, token).await.unwrap();
        }
        ids.push((run, failed(&db, job(Some((run, of)), Some(owner), vec![1; 60])).await));
    }
    let cancel = "SELECT psycheos.usage_cancel($1, 'run', 'failed')";
    admin.query_one(cancel, &[&ids[1].0.0]).await.unwrap();
    passes::end(&mut pool(&db.url("psy_worker"), 1).get().await.unwrap(), ids[2].0, passes::Ending::Failed).await.unwrap();
    let mut conn = api.get().await.unwrap();
    for ((_, id), expected) in ids.iter().zip([Again::Yes, Again::NoReserve, Again::RunOver, Again::NoReserve]) {
        assert_eq!(mending::find_failed(&mut conn, *id).await.unwrap().unwrap().again, expected);
        assert_eq!(mending::requeue(&mut conn, *id).await.unwrap(), expected);
    }
    let queued: i64 = admin
        .query_one("SELECT count(*) FROM psycheos.jobs WHERE status = 'queued' AND attempt_count = 0", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(queued, 1);
    assert_eq!(mending::requeue(&mut conn, ids[0].1).await.unwrap(), Again::Gone, "a doubled tap does it once");
}

#[tokio::test]
async fn what_has_no_content_any_more_is_only_put_aside() {
    let db = database().await;
    let admin = db.admin().await.unwrap();
    let shared = pool(&db.url("psy_api"), 1);
    let id = failed(&db, job(None, None, vec![1; 60])).await;
    let mut conn = shared.get().await.unwrap();
    admin.execute("UPDATE psycheos.jobs SET payload = NULL", &[]).await.unwrap();
    assert_eq!(mending::requeue(&mut conn, id).await.unwrap(), Again::NoContent);
    assert_eq!(mending::list_failed(&mut conn, FailedQueue::Jobs, 0).await.unwrap().lines.len(), 1);
    assert!(mending::discard(&mut conn, id).await.unwrap() && !mending::discard(&mut conn, id).await.unwrap());
    assert!(mending::list_failed(&mut conn, FailedQueue::Jobs, 0).await.unwrap().lines.is_empty());
    let of_nothing = FailedId::Job(JobId(Uuid::now_v7()));
    assert_eq!(mending::requeue(&mut conn, of_nothing).await.unwrap(), Again::Gone);
    assert_eq!(mending::find_failed(&mut conn, of_nothing).await.unwrap(), None);
}

#[tokio::test]
async fn what_never_ends_is_stopped_a_job_to_be_given_up_and_a_message_to_be_out_of_the_way() {
    let db = database().await;
    let (api, worker) = (pool(&db.url("psy_api"), 1), pool(&db.url("psy_worker"), 1));
    let new = job(None, None, vec![1; 60]);
    let id = new.job;
    jobs::insert(&mut api.get().await.unwrap(), new, None).await.unwrap();
    let mut owner = pool(&db.url(test_kit::ADMIN), 1).get().await.unwrap();
    assert!(!mending::discard(&mut owner, FailedId::Job(id)).await.unwrap(), "it has not failed");
    assert!(mending::stop(&mut owner, FailedId::Job(id)).await.unwrap());
    let lease = Uuid::now_v7();
    let second = std::time::Duration::from_secs(60);
    let claimed = jobs::claim(&mut worker.get().await.unwrap(), &["screen_report"], 5, lease, second).await.unwrap();
    assert!(claimed.len() == 1 && claimed[0].exhausted, "it is handed out only to be given up");
    jobs::finish(&mut worker.get().await.unwrap(), id, lease, Some("attempts_exhausted")).await.unwrap();
    assert!(!mending::stop(&mut owner, FailedId::Job(id)).await.unwrap(), "it is over");

    let insert = "INSERT INTO psycheos.outbox_messages (outbox_id, bot_id, chat_id, kind, method, payload, status, idempotency_key) \
                  VALUES ($1::uuid, 'pro', 1, 'reply', 'sendMessage', $2, $3, ($1::uuid)::text)";
    let admin = db.admin().await.unwrap();
    for status in ["pending", "held"] {
        let id = Uuid::now_v7();
        admin.execute(insert, &[&id, &vec![1u8; 60], &status]).await.unwrap();
        let message = FailedId::Message(OutboxId(id));
        assert!(mending::stop(&mut owner, message).await.unwrap(), "{status}");
        assert!(!mending::stop(&mut owner, message).await.unwrap(), "it is over");
    }
    let open = "SELECT count(*) FROM psycheos.outbox_messages WHERE status <> 'canceled' OR (last_error = 'stopped' AND payload IS NOT NULL)";
    assert_eq!(admin.query_one(open, &[]).await.unwrap().get::<_, i64>(0), 0);
    assert!(!mending::stop(&mut owner, FailedId::Update(BotId::Pro, UpdateId(1))).await.unwrap());
}

#[tokio::test]
async fn a_message_is_sent_again_unless_its_moment_has_passed_or_its_chat_is_closed() {
    let db = database().await;
    let admin = db.admin().await.unwrap();
    let insert = "INSERT INTO psycheos.outbox_messages (outbox_id, bot_id, chat_id, kind, method, payload, status, finished_at, last_error, \
            ambiguous, idempotency_key) VALUES ($1::uuid, 'pro', $2, $3, $4, $5, 'failed', now(), 'rejected', 1, ($1::uuid)::text)";
    let body = vec![1u8; 60];
    let mut conn = pool(&db.url("psy_api"), 1).get().await.unwrap();
    admin
        .execute("INSERT INTO psycheos.send_pace (bot_id, chat_id, unreachable_reason) VALUES ('pro', 9, 'blocked_by_user')", &[])
        .await
        .unwrap();
    for (chat, kind, method, payload, expected) in [
        (1i64, "reply", "sendMessage", Some(&body), Again::Yes),
        (1, "reply", "sendMessage", None, Again::NoContent),
        (1, "checkout", "answerPreCheckoutQuery", Some(&body), Again::TooLate),
        (1, "edit", "editMessageText", Some(&body), Again::TooLate),
        (1, "command", "refundStarPayment", Some(&body), Again::TooLate),
        (9, "danger", "sendMessage", Some(&body), Again::Unreachable),
    ] {
        let id = Uuid::now_v7();
        admin.execute(insert, &[&id, &chat, &kind, &method, &payload]).await.unwrap();
        let found = mending::find_failed(&mut conn, FailedId::Message(OutboxId(id))).await.unwrap().unwrap();
        assert_eq!((found.again, found.uncertain), (expected, true), "{kind}");
        assert_eq!(mending::requeue(&mut conn, FailedId::Message(OutboxId(id))).await.unwrap(), expected, "{kind}");
    }
    let pending: i64 =
        admin.query_one("SELECT count(*) FROM psycheos.outbox_messages WHERE status = 'pending'", &[]).await.unwrap().get(0);
    assert_eq!(pending, 1);
    admin
        .execute("UPDATE psycheos.outbox_messages SET status = 'canceled', finished_at = now() WHERE status = 'pending'", &[])
        .await
        .unwrap();
}

#[tokio::test]
async fn an_update_that_was_put_aside_counts_as_not_seen_again_and_is_taken_by_one() {
    let db = database().await;
    let admin = db.admin().await.unwrap();
    let mut conn = pool(&db.url("psy_api"), 1).get().await.unwrap();
    let id = FailedId::Update(BotId::Pro, UpdateId(7));
    let dead = "INSERT INTO psycheos.dead_updates (bot_id, update_id, raw, reason, failures, dead) VALUES ('pro', 7, $1, 'wrong', 5, true)";
    admin.execute(dead, &[&vec![1u8; 60]]).await.unwrap();
    admin.execute("INSERT INTO psycheos.telegram_update_dedup (bot_id, update_id) VALUES ('pro', 7)", &[]).await.unwrap();
    assert!(mending::claim_updates(&mut conn, 10).await.unwrap().is_empty(), "not before somebody asks for it");
    assert_eq!(mending::requeue(&mut conn, id).await.unwrap(), Again::Yes);
    assert_eq!(mending::requeue(&mut conn, id).await.unwrap(), Again::Gone);
    let seen: i64 = admin.query_one("SELECT count(*) FROM psycheos.telegram_update_dedup", &[]).await.unwrap().get(0);
    assert_eq!(seen, 0);
    assert_eq!(mending::claim_updates(&mut conn, 10).await.unwrap().len(), 1);
    assert!(mending::claim_updates(&mut conn, 10).await.unwrap().is_empty(), "its taker has a minute for it");
    mending::finish_update(&mut conn, BotId::Pro, UpdateId(7)).await.unwrap();
    assert_eq!(mending::find_failed(&mut conn, id).await.unwrap(), None);
}

#[tokio::test]
async fn a_call_for_a_specialist_alone_is_known_by_its_job_and_forgotten_with_it() {
    let db = database().await;
    let admin = db.admin().await.unwrap();
    let (api, worker, keys) = (pool(&db.url("psy_api"), 1), pool(&db.url("psy_worker"), 1), keyring());
    let owner = specialist(&api, 0, &admin).await;
    let (one, other) = (job(None, Some(owner), vec![1; 60]), job(None, Some(owner), vec![1; 60]));
    let (first, second) = (one.job, other.job);
    for new in [one, other] {
        jobs::insert(&mut api.get().await.unwrap(), new, None).await.unwrap();
    }
    admin
        .execute(
            "UPDATE psycheos.jobs SET status = 'running', lease = gen_random_uuid(), lease_until = now() WHERE job_id = $1",
            &[&first.0],
        )
        .await
        .unwrap();
    let whose = Whose::Specialist(owner);
    let call = |job| MadeCall {
        whose,
        job,
        step: "route",
        fingerprint: "print",
        prompt_sha: "sha",
        model: "claude-haiku-4-5",
        response: Some("ответ"),
        stop_reason: None,
        tokens: [1_000_000, 0, 0, 0],
        latency_ms: 1,
    };
    let mut conn = worker.get().await.unwrap();
    for job in [first, first, second] {
        llm::insert(&mut conn, &keys, &call(job)).await.unwrap();
    }
    let known = async |conn: &mut _, job| llm::find_response(conn, &keys, whose, job, "route", "print").await.unwrap();
    assert_eq!(known(&mut conn, first).await.as_deref(), Some("ответ"));
    assert_eq!(known(&mut conn, second).await, None, "it was not at work: only the cost is kept");
    let row = admin.query_one("SELECT count(*), (sum(cost_usd) * 100)::bigint FROM psycheos.llm_calls", &[]).await.unwrap();
    assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1)), (2, 200));
    let stranger = UserId(Uuid::now_v7());
    jobs::abandon(&mut api.get().await.unwrap(), stranger, first).await.unwrap();
    assert!(known(&mut conn, first).await.is_some(), "nobody else takes it back");
    jobs::abandon(&mut api.get().await.unwrap(), owner, first).await.unwrap();
    assert_eq!(known(&mut conn, first).await, None);
    let left = "SELECT count(*) FROM psycheos.jobs WHERE job_id = $1 AND (payload IS NOT NULL OR status <> 'canceled')";
    assert_eq!(admin.query_one(left, &[&first.0]).await.unwrap().get::<_, i64>(0), 0);
}
