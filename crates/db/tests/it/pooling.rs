//! R16: correct behind a transaction-mode pooler that tracks nothing, and directly.
use diesel::{
    QueryableByName,
    sql_types::{Array, BigInt, Bool, Jsonb, Nullable, Text, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use test_kit::TestDb;
use uuid::Uuid;

use crate::support::pool;

const CLIENTS: usize = 64;
const PER_CLIENT: usize = 40;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_clients_share_four_server_connections_and_lose_nothing() {
    for through_pooler in [false, true] {
        let db = TestDb::empty().await.unwrap();
        let admin = db.admin().await.unwrap();
        admin.batch_execute("CREATE TABLE seen (client int, n int, PRIMARY KEY (client, n))").await.unwrap();
        let url = if through_pooler { db.pooled_url(test_kit::ADMIN) } else { db.url(test_kit::ADMIN) };
        let shared = pool(&url, if through_pooler { CLIENTS } else { 4 });
        let mut tasks = Vec::new();
        for client in 0..CLIENTS {
            let shared = shared.clone();
            tasks.push(tokio::spawn(async move {
                for n in 0..PER_CLIENT {
                    let mut tx = shared.begin().await.unwrap();
                    diesel::sql_query("INSERT INTO seen VALUES ($1, $2)")
                        .bind::<diesel::sql_types::Integer, _>(i32::try_from(client).unwrap())
                        .bind::<diesel::sql_types::Integer, _>(i32::try_from(n).unwrap())
                        .execute(&mut *tx)
                        .await
                        .unwrap();
                    if n % 10 == 9 { tx.rollback().await.unwrap() } else { tx.commit().await.unwrap() }
                }
            }));
        }
        for task in tasks {
            task.await.unwrap();
        }
        let count: i64 = admin.query_one("SELECT count(*) FROM seen", &[]).await.unwrap().get(0);
        assert_eq!(count, i64::try_from(CLIENTS * PER_CLIENT * 9 / 10).unwrap(), "through the pooler: {through_pooler}");
    }
}

#[derive(QueryableByName, Debug, PartialEq)]
struct Values {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Nullable<Text>)]
    absent: Option<String>,
    #[diesel(sql_type = Jsonb)]
    document: serde_json::Value,
    #[diesel(sql_type = Array<Nullable<BigInt>>)]
    numbers: Vec<Option<i64>>,
    #[diesel(sql_type = Bool)]
    yes: bool,
}

#[tokio::test]
async fn values_of_every_kind_we_use_travel_both_ways() {
    let db = TestDb::empty().await.unwrap();
    let shared = pool(&db.pooled_url(test_kit::ADMIN), 1);
    let sent = Values {
        id: Uuid::now_v7(),
        absent: None,
        document: serde_json::json!({ "ключ": [1, null] }),
        numbers: vec![Some(1), None],
        yes: true,
    };
    let got: Values = diesel::sql_query("SELECT $1 AS id, $2 AS absent, $3 AS document, $4 AS numbers, $5 AS yes")
        .bind::<SqlUuid, _>(sent.id)
        .bind::<Nullable<Text>, _>(sent.absent.clone())
        .bind::<Jsonb, _>(sent.document.clone())
        .bind::<Array<Nullable<BigInt>>, _>(sent.numbers.clone())
        .bind::<Bool, _>(sent.yes)
        .get_result(&mut *shared.get().await.unwrap())
        .await
        .unwrap();
    assert_eq!(got, sent);
}

#[tokio::test]
async fn a_transaction_that_was_dropped_leaves_no_lock_behind() {
    let db = TestDb::empty().await.unwrap();
    let admin = db.admin().await.unwrap();
    admin.batch_execute("CREATE TABLE one (id int PRIMARY KEY, n int); INSERT INTO one VALUES (1, 0)").await.unwrap();
    let shared = pool(&db.pooled_url(test_kit::ADMIN), 2);
    {
        let mut tx = shared.begin().await.unwrap();
        diesel::sql_query("UPDATE one SET n = 1").execute(&mut *tx).await.unwrap();
    }
    let mut tx = shared.begin().await.unwrap();
    let updated = diesel::sql_query("UPDATE one SET n = n + 10").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(updated, 1);
    let n: i32 = admin.query_one("SELECT n FROM one", &[]).await.unwrap().get(0);
    assert_eq!(n, 10, "what was dropped was rolled back");
}
