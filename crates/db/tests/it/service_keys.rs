//! Keys of other programs, and what they may do with money.
use db::{
    DbError, Keyring, Pool,
    service_keys::{self, Call, NewKey, Revoked},
    usage::{self, CancelReason, Done, Refusal, Status},
};
use domain::{CaseId, KeyScope, OperationId, RunId, ServiceKeyId, Stars, UserId};
use uuid::Uuid;

use crate::support::{Database, case, database, keyring, pool, run, specialist};

/// A specialist with 120 Stars and a run of Screen, which costs 50.
struct Scene {
    db: Database,
    admin: tokio_postgres::Client,
    shared: Pool,
    keys: Keyring,
    owner: UserId,
    case: CaseId,
    run: RunId,
}

async fn scene() -> Scene {
    let db = database().await;
    let admin = db.admin().await.unwrap();
    let (shared, keys) = (pool(&db.url("psy_api"), 5), keyring());
    let owner = specialist(&shared, 120, &admin).await;
    let case = case(&shared, &keys, owner).await;
    let run = run(&shared, &keys, owner, case, "t").await;
    Scene { db, admin, shared, keys, owner, case, run }
}

impl Scene {
    async fn reserve(&self, run: RunId, kind: &str) -> Result<Done, Refusal> {
        let mut tx = self.shared.begin().await.unwrap();
        let mut usage = usage::lock(&mut tx, run, kind, None).await.unwrap().unwrap();
        let key = format!("usage_reserve|{run}|{kind}");
        let done = usage.reserve(&mut tx, OperationId(Uuid::now_v7()), 3600, &key).await.unwrap();
        tx.commit().await.unwrap();
        done
    }

    async fn commit(&self) -> Result<Done, Refusal> {
        let mut tx = self.shared.begin().await.unwrap();
        let mut usage = usage::lock(&mut tx, self.run, "run", None).await.unwrap().unwrap();
        let done = usage.commit(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        done
    }

    async fn cancel(&self) -> Result<Done, Refusal> {
        let mut tx = self.shared.begin().await.unwrap();
        let mut usage = usage::lock(&mut tx, self.run, "run", None).await.unwrap().unwrap();
        let done = usage.cancel(&mut tx, CancelReason::Failed).await.unwrap();
        tx.commit().await.unwrap();
        done
    }

    /// An artifact of the run; what is in it does not matter here.
    async fn artifact(&self) {
        let sql = "INSERT INTO psycheos.artifacts (artifact_id, context_id, service_id, run_id, owner_user_id, artifact_type, \
                   artifact_version, summary, payload_json, payload_txt, idempotency_key) \
                   SELECT gen_random_uuid(), context_id, service_id, run_id, owner_user_id, 'full_report', '1.0', s, s, s, 'k' \
                   FROM psycheos.runs, decode(repeat('01', 60), 'hex') s WHERE run_id = $1";
        self.admin.execute(sql, &[&self.run.0]).await.unwrap();
    }

    /// Balance, what of it is held, and what was charged.
    async fn money(&self) -> (i64, i64, i64) {
        let sql = "SELECT balance_stars, reserved_stars, (SELECT coalesce(sum(amount_stars), 0)::bigint \
                   FROM psycheos.ledger_entries WHERE account = 'revenue') FROM psycheos.wallets WHERE user_id = $1";
        let row = self.admin.query_one(sql, &[&self.owner.0]).await.unwrap();
        (row.get(0), row.get(1), row.get(2))
    }

    async fn key(&self, seed: u8, scopes: &[KeyScope], owner: Option<UserId>) -> (ServiceKeyId, NewKey) {
        let (id, key) = (ServiceKeyId(Uuid::now_v7()), NewKey::of([seed; 32]));
        let operator = pool(&self.db.url(test_kit::ADMIN), 1);
        let mut conn = operator.get().await.unwrap();
        service_keys::insert(&mut conn, id, "a program", &key.hash(), scopes, owner, 600).await.unwrap();
        (id, key)
    }
}

#[tokio::test]
async fn a_key_is_found_by_its_hash_until_it_is_revoked_and_only_the_operator_may_make_one() {
    let scene = scene().await;
    let (id, key) = scene.key(1, &[KeyScope::UsageWrite], Some(scene.owner)).await;
    let mut conn = scene.shared.get().await.unwrap();
    let found = service_keys::find_live(&mut conn, &key.hash()).await.unwrap().unwrap();
    assert_eq!((found.id, found.owner, found.scopes), (id, Some(scene.owner), vec![KeyScope::UsageWrite]));
    assert!(service_keys::find_live(&mut conn, &NewKey::of([2; 32]).hash()).await.unwrap().is_none());
    let another = NewKey::of([3; 32]);
    let made = service_keys::insert(&mut conn, id, "x", &another.hash(), &[KeyScope::UsageWrite], None, 600).await;
    assert!(matches!(made, Err(DbError::Wrong(_))), "psy_api makes no keys");
    let revoked = service_keys::revoke(&mut conn, id).await;
    assert!(matches!(revoked, Err(DbError::Wrong(_))), "psy_api revokes no keys");
    let operator = pool(&scene.db.url(test_kit::ADMIN), 1);
    let mut operator = operator.get().await.unwrap();
    for expected in [Revoked::Now, Revoked::Before] {
        assert_eq!(service_keys::revoke(&mut operator, id).await.unwrap(), expected);
    }
    assert_eq!(service_keys::revoke(&mut operator, ServiceKeyId(Uuid::now_v7())).await.unwrap(), Revoked::Unknown);
    assert!(service_keys::find_live(&mut conn, &key.hash()).await.unwrap().is_none());
    let listed = service_keys::list(&mut operator, 10).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert!(listed[0].revoked_at.is_some() && listed[0].owner.is_some());
    let audited: i64 = scene
        .admin
        .query_one("SELECT count(*) FROM psycheos.audit_log WHERE action IN ('key_create', 'key_revoke')", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(audited, 2, "made once, revoked once");
}

#[tokio::test]
async fn a_key_without_a_known_scope_is_refused_by_the_database() {
    let scene = scene().await;
    for scopes in ["{}", "{usage:write,everything}"] {
        let sql = format!(
            "INSERT INTO psycheos.service_keys (key_id, name, key_hash, scopes) \
             VALUES (gen_random_uuid(), 'x', decode(repeat('ab', 32), 'hex'), '{scopes}')"
        );
        assert!(scene.admin.execute(&sql, &[]).await.is_err(), "{scopes}");
    }
}

#[tokio::test]
async fn every_call_is_audited_and_the_key_is_stamped_once_a_minute() {
    let scene = scene().await;
    let (id, _) = scene.key(1, &[KeyScope::UsageWrite], None).await;
    let call = Call { key: id, action: "usage_reserve", case: Some(scene.case), detail: "reserved", trace: "r1" };
    let stamp = async || -> Option<String> {
        let sql = "SELECT last_used_at::text FROM psycheos.service_keys WHERE key_id = $1";
        scene.admin.query_one(sql, &[&id.0]).await.unwrap().get(0)
    };
    let record = async || {
        let mut tx = scene.shared.begin().await.unwrap();
        service_keys::record(&mut tx, &call).await.unwrap();
        tx.commit().await.unwrap();
    };
    assert_eq!(stamp().await, None);
    record().await;
    let first = stamp().await;
    assert!(first.is_some());
    record().await;
    assert_eq!(stamp().await, first, "not again within the minute");
    let old = "UPDATE psycheos.service_keys SET last_used_at = last_used_at - interval '61 seconds'";
    scene.admin.execute(old, &[]).await.unwrap();
    record().await;
    assert!(stamp().await > first);
    let sql = "SELECT count(*) FROM psycheos.audit_log WHERE actor = 'key:' || $1::uuid::text AND role = 'program' \
               AND action = 'usage_reserve' AND context_id = $2 AND detail = 'reserved' AND trace_id = 'r1'";
    let lines: i64 = scene.admin.query_one(sql, &[&id.0, &scene.case.0]).await.unwrap().get(0);
    assert_eq!(lines, 3);
}

#[tokio::test]
async fn a_stamp_that_somebody_else_is_setting_is_not_waited_for() {
    let mut scene = scene().await;
    let (id, _) = scene.key(1, &[KeyScope::UsageWrite], None).await;
    let held = scene.admin.transaction().await.unwrap();
    held.execute("SELECT FROM psycheos.service_keys FOR UPDATE", &[]).await.unwrap();
    let call = Call { key: id, action: "usage_reserve", case: None, detail: "reserved", trace: "r1" };
    service_keys::record(&mut scene.shared.get().await.unwrap(), &call).await.unwrap();
    held.rollback().await.unwrap();
}

#[tokio::test]
async fn a_run_is_seen_by_its_own_specialist_only() {
    let scene = scene().await;
    let mut tx = scene.shared.begin().await.unwrap();
    assert!(usage::lock(&mut tx, scene.run, "run", Some(scene.owner)).await.unwrap().is_some());
    assert!(usage::lock(&mut tx, scene.run, "run", Some(UserId(Uuid::now_v7()))).await.unwrap().is_none());
    assert!(usage::lock(&mut tx, RunId(Uuid::now_v7()), "run", None).await.unwrap().is_none());
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_reserve_thirty_times_at_once_is_one_operation() {
    let scene = std::sync::Arc::new(scene().await);
    let tasks: Vec<_> = (0..30)
        .map(|_| {
            let scene = scene.clone();
            tokio::spawn(async move { scene.reserve(scene.run, "run").await })
        })
        .collect();
    let mut done = Vec::new();
    for task in tasks {
        done.push(task.await.unwrap().unwrap());
    }
    assert_eq!(done.iter().filter(|done| **done == Done::Reserved).count(), 1);
    assert_eq!(done.iter().filter(|done| **done == Done::Already(Status::Reserved)).count(), 29);
    assert_eq!(scene.money().await, (120, 50, 0));
}

#[tokio::test]
async fn a_repeated_reserve_keeps_the_price_that_was_agreed() {
    let scene = scene().await;
    assert_eq!(scene.reserve(scene.run, "run").await, Ok(Done::Reserved));
    let dearer = "INSERT INTO psycheos.operation_prices (service_id, operation, stars, active_from) \
                  VALUES ('screen', 'run', 70, now() - interval '1 second')";
    scene.admin.execute(dearer, &[]).await.unwrap();
    assert_eq!(scene.reserve(scene.run, "run").await, Ok(Done::Already(Status::Reserved)));
    assert_eq!(scene.money().await, (120, 50, 0));
    let second = run(&scene.shared, &scene.keys, scene.owner, scene.case, "second").await;
    assert_eq!(scene.reserve(second, "run").await, Ok(Done::Reserved));
    assert_eq!(scene.money().await, (120, 120, 0), "the new price is for new operations");
    let third = run(&scene.shared, &scene.keys, scene.owner, scene.case, "third").await;
    let refused = Refusal::Insufficient { cost: Stars(70), missing: Stars(70) };
    assert_eq!(scene.reserve(third, "run").await, Err(refused));
    assert_eq!(scene.reserve(third, "nothing").await, Err(Refusal::NoOperation));
}

#[tokio::test]
async fn a_key_of_something_else_is_a_conflict_and_a_run_that_is_over_reserves_nothing() {
    let scene = scene().await;
    assert_eq!(scene.reserve(scene.run, "run").await, Ok(Done::Reserved));
    let second = run(&scene.shared, &scene.keys, scene.owner, scene.case, "second").await;
    let mut tx = scene.shared.begin().await.unwrap();
    let mut usage = usage::lock(&mut tx, second, "run", None).await.unwrap().unwrap();
    let key = format!("usage_reserve|{}|run", scene.run);
    let done = usage.reserve(&mut tx, OperationId(Uuid::now_v7()), 3600, &key).await.unwrap();
    assert_eq!(done, Err(Refusal::Conflict));
    tx.commit().await.unwrap();
    let over = "UPDATE psycheos.runs SET status = 'expired', finished_at = now()";
    scene.admin.execute(over, &[]).await.unwrap();
    assert_eq!(scene.reserve(second, "run").await, Err(Refusal::RunOver));
    assert_eq!(scene.reserve(scene.run, "run").await, Ok(Done::Already(Status::Reserved)), "what is there is there");
    assert_eq!(scene.money().await, (120, 50, 0));
}

#[tokio::test]
async fn nothing_is_charged_before_the_artifact_and_nothing_twice() {
    let scene = scene().await;
    assert_eq!(scene.commit().await, Err(Refusal::NoOperation));
    assert_eq!(scene.cancel().await, Err(Refusal::NoOperation));
    scene.reserve(scene.run, "run").await.unwrap();
    assert_eq!(scene.commit().await, Err(Refusal::NoArtifact));
    assert_eq!(scene.money().await, (120, 50, 0), "it is as it was");
    scene.artifact().await;
    assert_eq!(scene.commit().await, Ok(Done::Committed));
    assert_eq!(scene.commit().await, Ok(Done::Already(Status::Committed)));
    assert_eq!(scene.cancel().await, Ok(Done::Already(Status::Committed)));
    assert_eq!(scene.reserve(scene.run, "run").await, Ok(Done::Already(Status::Committed)));
    assert_eq!(scene.money().await, (70, 0, 50));
}

#[tokio::test]
async fn a_canceled_reserve_is_charged_anew_once() {
    let scene = scene().await;
    scene.reserve(scene.run, "run").await.unwrap();
    assert_eq!(scene.cancel().await, Ok(Done::Canceled));
    assert_eq!(scene.cancel().await, Ok(Done::Already(Status::Canceled)));
    assert_eq!(scene.reserve(scene.run, "run").await, Ok(Done::Already(Status::Canceled)));
    assert_eq!(scene.commit().await, Err(Refusal::NoArtifact));
    assert_eq!(scene.money().await, (120, 0, 0));
    scene.artifact().await;
    assert_eq!(scene.commit().await, Ok(Done::Committed));
    assert_eq!(scene.commit().await, Ok(Done::Already(Status::Committed)), "and not written off on top");
    assert_eq!(scene.cancel().await, Ok(Done::Already(Status::Committed)));
    assert_eq!(scene.money().await, (70, 0, 50));
    let sql = "SELECT coalesce(sum(written_off_stars), 0)::bigint FROM psycheos.usage_ledger";
    let written_off: i64 = scene.admin.query_one(sql, &[]).await.unwrap().get(0);
    assert_eq!(written_off, 0);
}

#[tokio::test]
async fn what_was_written_off_is_not_charged_when_stars_come_later() {
    let scene = scene().await;
    scene.reserve(scene.run, "run").await.unwrap();
    scene.cancel().await.unwrap();
    scene.artifact().await;
    let adjust = "SELECT psycheos.wallet_adjust($1, $2, 'test')";
    scene.admin.query_one(adjust, &[&scene.owner.0, &-100_i64]).await.unwrap();
    assert_eq!(scene.commit().await, Ok(Done::WrittenOff));
    scene.admin.query_one(adjust, &[&scene.owner.0, &100_i64]).await.unwrap();
    assert_eq!(scene.commit().await, Ok(Done::WrittenOff));
    assert_eq!(scene.money().await, (120, 0, 0));
}
