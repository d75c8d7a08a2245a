//! One test for each way in which a database silently does something else (reliability.md, section 2).
use diesel_async::RunQueryDsl;
use domain::{BotId, ChatId, UpdateId};
use test_kit::TestDb;

use crate::support::{database, pool};

#[tokio::test]
async fn an_error_that_was_swallowed_inside_a_transaction_surfaces_at_its_commit() {
    let db = TestDb::empty().await.unwrap();
    db.admin().await.unwrap().batch_execute("CREATE TABLE one (id int PRIMARY KEY)").await.unwrap();
    let shared = pool(&db.url(test_kit::ADMIN), 1);
    let mut tx = shared.begin().await.unwrap();
    diesel::sql_query("INSERT INTO one VALUES (1)").execute(&mut *tx).await.unwrap();
    assert!(diesel::sql_query("INSERT INTO one VALUES (1)").execute(&mut *tx).await.is_err());
    assert!(tx.commit().await.is_err(), "a COMMIT that rolls back must not look like one that commits");
    let count: i64 = db.admin().await.unwrap().query_one("SELECT count(*) FROM one", &[]).await.unwrap().get(0);
    assert_eq!(count, 0);
}

#[tokio::test]
async fn a_server_that_cannot_write_its_log_is_away_and_no_failure_of_the_work() {
    let postgres = test_kit::Postgres::start(None, true).await.unwrap();
    let shared = pool(&postgres.url("postgres", test_kit::ADMIN), 1);
    let mut conn = shared.get().await.unwrap();
    diesel::sql_query("CREATE TABLE one (id int)").execute(&mut *conn).await.unwrap();
    postgres.limit_files(Some(1)).unwrap();
    let error = diesel::sql_query("INSERT INTO one VALUES (1)").execute(&mut *conn).await.unwrap_err();
    assert!(matches!(db::DbError::from(error), db::DbError::Away(_)));
}

#[tokio::test]
async fn a_concurrent_duplicate_waits_and_does_the_work_when_the_first_rolls_back() {
    let db = database().await;
    let shared = pool(&db.url("psy_api"), 3);
    let mut first = shared.begin().await.unwrap();
    let opened = db::chat::open(&mut first, BotId::Pro, Some(UpdateId(5)), ChatId(9)).await.unwrap();
    assert!(opened.is_some());
    let second = {
        let shared = shared.clone();
        tokio::spawn(async move {
            let mut tx = shared.begin().await.unwrap();
            let opened = db::chat::open(&mut tx, BotId::Pro, Some(UpdateId(5)), ChatId(9)).await.unwrap();
            tx.commit().await.unwrap();
            opened.is_some()
        })
    };
    first.rollback().await.unwrap();
    assert!(second.await.unwrap(), "the second does the work");
    let mut third = shared.begin().await.unwrap();
    assert!(db::chat::open(&mut third, BotId::Pro, Some(UpdateId(5)), ChatId(9)).await.unwrap().is_none());
    third.commit().await.unwrap();
}

#[tokio::test]
async fn a_turn_that_began_at_an_older_version_is_refused_and_one_that_only_asks_leaves_it() {
    let db = database().await;
    let shared = pool(&db.url("psy_api"), 1);
    for (version, asked, good) in [(0, false, true), (0, false, false), (1, true, true), (1, false, true), (1, true, false)] {
        let mut tx = shared.begin().await.unwrap();
        db::chat::open(&mut tx, BotId::Pro, None, ChatId(9)).await.unwrap();
        let turn = db::chat::ClosedTurn {
            bot: BotId::Pro,
            chat: ChatId(9),
            version,
            state: "idle",
            payload: None,
            user: None,
            role: None,
            case: None,
            run: None,
            counted: true,
            stranger: false,
            asked,
        };
        let closed = db::chat::close(&mut tx, turn, vec![], None).await;
        assert_eq!(closed.is_ok(), good, "version {version}");
        if good { tx.commit().await.unwrap() } else { assert!(matches!(closed, Err(db::DbError::Conflict(_)))) }
    }
}

#[tokio::test]
async fn a_database_that_is_away_is_told_from_a_statement_that_is_wrong() {
    let nobody = pool("postgres://psy_api@127.0.0.1:1/none", 1);
    assert!(matches!(nobody.get().await, Err(db::DbError::Away(_))));
    let db = database().await;
    let shared = pool(&db.url("psy_api"), 1);
    let mut conn = shared.get().await.unwrap();
    let wrong: Result<usize, _> = diesel::sql_query("SELECT nonsense").execute(&mut *conn).await;
    assert!(matches!(db::DbError::from(wrong.unwrap_err()), db::DbError::Wrong(_)));
}
