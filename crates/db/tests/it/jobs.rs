//! Jobs: heads of conversations, leases, fences.
use std::time::Duration;

use db::jobs::{self, NewJob};
use domain::{BotId, ChatId, JobId, ServiceId};
use uuid::Uuid;

use crate::support::{database, pool};

const KINDS: &[&str] = &["screen_report"];
const LEASE: Duration = Duration::from_secs(60);

fn job(chat: i64, key: &str) -> NewJob {
    NewJob {
        job: JobId(Uuid::now_v7()),
        kind: "screen_report",
        service: ServiceId::Screen,
        conversation: Some((BotId::Screen, ChatId(chat))),
        case: None,
        run: None,
        requester: None,
        payload: vec![1; 60],
        key: key.to_owned(),
    }
}

#[tokio::test]
async fn only_the_head_of_a_conversation_runs_and_a_repeated_job_is_one() {
    let db = database().await;
    let shared = pool(&db.url("psy_worker"), 1);
    let mut conn = shared.get().await.unwrap();
    for (chat, key) in [(1, "a"), (1, "b"), (2, "c"), (1, "a")] {
        jobs::insert(&mut conn, job(chat, key), None).await.unwrap();
    }
    let first = jobs::claim(&mut conn, KINDS, 10, Uuid::new_v4(), LEASE).await.unwrap();
    assert_eq!(first.len(), 2, "one of each chat");
    assert!(jobs::claim(&mut conn, KINDS, 10, Uuid::new_v4(), LEASE).await.unwrap().is_empty());
    for claimed in &first {
        assert!(jobs::finish(&mut conn, claimed.job, claimed.lease, None).await.unwrap());
    }
    let next = jobs::claim(&mut conn, KINDS, 10, Uuid::new_v4(), LEASE).await.unwrap();
    assert_eq!(next.len(), 1, "the repeated job was enqueued once");
}

#[tokio::test]
async fn who_lost_the_lease_writes_nothing() {
    let db = database().await;
    let admin = db.admin().await.unwrap();
    let shared = pool(&db.url("psy_worker"), 1);
    let mut conn = shared.get().await.unwrap();
    jobs::insert(&mut conn, job(1, "a"), None).await.unwrap();
    let old = jobs::claim(&mut conn, KINDS, 1, Uuid::new_v4(), LEASE).await.unwrap().remove(0);
    assert_eq!(jobs::heartbeat(&mut conn, &[old.job], old.lease, LEASE).await.unwrap(), [old.job]);
    admin.execute("UPDATE psycheos.jobs SET lease_until = now() - interval '1 s'", &[]).await.unwrap();
    let new = jobs::claim(&mut conn, KINDS, 1, Uuid::new_v4(), LEASE).await.unwrap().remove(0);
    assert_eq!((new.job, new.attempt), (old.job, 2));
    assert!(!jobs::finish(&mut conn, old.job, old.lease, None).await.unwrap());
    assert!(!jobs::release(&mut conn, old.job, old.lease, LEASE, "x", false).await.unwrap());
    assert!(jobs::heartbeat(&mut conn, &[old.job], old.lease, LEASE).await.unwrap().is_empty());
    assert!(jobs::finish(&mut conn, new.job, new.lease, None).await.unwrap());
}

#[tokio::test]
async fn waiting_costs_no_attempt_and_the_last_attempt_is_handed_out_once_more_to_be_given_up() {
    let db = database().await;
    let admin = db.admin().await.unwrap();
    let shared = pool(&db.url("psy_worker"), 1);
    let mut conn = shared.get().await.unwrap();
    jobs::insert(&mut conn, job(1, "a"), None).await.unwrap();
    admin.execute("UPDATE psycheos.jobs SET max_attempts = 2", &[]).await.unwrap();
    let mut claim = async || jobs::claim(&mut conn, KINDS, 1, Uuid::new_v4(), LEASE).await.unwrap().remove(0);
    let one = claim().await;
    let mut other = pool(&db.url("psy_worker"), 1).get().await.unwrap();
    jobs::release(&mut other, one.job, one.lease, Duration::ZERO, "overloaded", true).await.unwrap();
    let again = claim().await;
    assert_eq!((again.attempt, again.exhausted), (1, false));
    jobs::release(&mut other, again.job, again.lease, Duration::ZERO, "failed", false).await.unwrap();
    let two = claim().await;
    assert_eq!((two.attempt, two.exhausted), (2, false));
    jobs::release(&mut other, two.job, two.lease, Duration::ZERO, "failed", false).await.unwrap();
    let three = claim().await;
    assert_eq!((three.attempt, three.exhausted), (2, true));
}
