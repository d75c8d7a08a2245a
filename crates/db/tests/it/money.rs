//! Money: two phases, once, under real concurrency.
use bot_kit::Offer;
use db::money::{self, Reserved};
use domain::{OperationId, ServiceId, Stars};
use uuid::Uuid;

use crate::support::{case, database, keyring, pool, run, specialist};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn however_many_reserves_race_a_wallet_never_goes_below_zero() {
    let db = database().await;
    let admin = db.admin().await.unwrap();
    let (shared, keys) = (pool(&db.url("psy_api"), 8), keyring());
    let owner = specialist(&shared, 500, &admin).await;
    let case = case(&shared, &keys, owner).await;
    let mut tasks = Vec::new();
    for n in 0..32 {
        let run = run(&shared, &keys, owner, case, &format!("t{n}")).await;
        // Each reserve is asked for twice at the same time.
        for _ in 0..2 {
            let shared = shared.clone();
            tasks.push(tokio::spawn(async move {
                let mut tx = shared.begin().await.unwrap();
                let key = format!("usage_reserve|{run}");
                let held = money::reserve(&mut tx, OperationId(Uuid::now_v7()), run, Stars(50), 3600, &key).await.unwrap();
                tx.commit().await.unwrap();
                held
            }));
        }
    }
    let mut held = 0;
    for task in tasks {
        held += usize::from(task.await.unwrap() == Reserved::Now);
    }
    assert_eq!(held, 10, "500 Stars hold ten reserves of 50");
    db.assert_invariants().await.unwrap();
    let Offer { available, .. } = money::lock_offer(&mut shared.get().await.unwrap(), owner, ServiceId::Screen).await.unwrap();
    assert_eq!(available, Stars(0));
}

#[tokio::test]
async fn nothing_is_charged_without_an_artifact_and_nothing_is_settled_twice() {
    let db = database().await;
    let admin = db.admin().await.unwrap();
    let (shared, keys) = (pool(&db.url("psy_api"), 2), keyring());
    let owner = specialist(&shared, 100, &admin).await;
    let case = case(&shared, &keys, owner).await;
    let run = run(&shared, &keys, owner, case, "t").await;
    let mut conn = shared.get().await.unwrap();
    money::reserve(&mut conn, OperationId(Uuid::now_v7()), run, Stars(50), 3600, "k").await.unwrap();
    drop(conn);
    let charged = admin.query_one("SELECT psycheos.usage_commit($1, 'run')", &[&run.0]).await;
    assert!(charged.is_err(), "there is no artifact");
    let words = ["canceled", "already_canceled"];
    for word in words {
        let said: String = admin.query_one("SELECT psycheos.usage_cancel($1, 'run', 'failed')", &[&run.0]).await.unwrap().get(0);
        assert_eq!(said, word);
    }
    db.assert_invariants().await.unwrap();
}

#[tokio::test]
async fn a_key_that_is_used_for_something_else_is_an_error() {
    let db = database().await;
    let admin = db.admin().await.unwrap();
    let (shared, keys) = (pool(&db.url("psy_api"), 2), keyring());
    let owner = specialist(&shared, 500, &admin).await;
    let case = case(&shared, &keys, owner).await;
    let (one, two) = (run(&shared, &keys, owner, case, "a").await, run(&shared, &keys, owner, case, "b").await);
    let mut conn = shared.get().await.unwrap();
    let mut reserve =
        async |run, cost, key| money::reserve(&mut conn, OperationId(Uuid::now_v7()), run, Stars(cost), 3600, key).await;
    assert_eq!(reserve(one, 50, "k").await.unwrap(), Reserved::Now);
    assert_eq!(reserve(one, 50, "k").await.unwrap(), Reserved::Already);
    assert!(reserve(one, 60, "k").await.is_err(), "another price");
    assert!(reserve(two, 50, "k").await.is_err(), "another run");
}

#[tokio::test]
async fn ledger_entries_are_forever_and_must_sum_to_zero() {
    let db = database().await;
    let admin = db.admin().await.unwrap();
    let shared = pool(&db.url("psy_api"), 1);
    let owner = specialist(&shared, 100, &admin).await;
    assert!(admin.execute("UPDATE psycheos.ledger_entries SET amount_stars = 1", &[]).await.is_err());
    assert!(admin.execute("DELETE FROM psycheos.ledger_entries", &[]).await.is_err());
    let lone = admin
        .execute(
            "INSERT INTO psycheos.ledger_entries (transaction_id, user_id, account, amount_stars, kind) \
             VALUES (gen_random_uuid(), $1, 'available', 5, 'admin')",
            &[&owner.0],
        )
        .await;
    assert!(lone.is_err(), "an entry without its counterpart");
}
