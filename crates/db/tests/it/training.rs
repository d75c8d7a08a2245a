//! Specialists' training profiles under real concurrency.
use db::training;
use serde_json::json;

use crate::support::{database, pool, specialist};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_that_end_at_once_all_count_and_only_the_latest_two_hundred_are_kept() {
    let db = database().await;
    let (api, worker) = (pool(&db.url("psy_api"), 2), pool(&db.url("psy_worker"), 4));
    let owner = specialist(&api, 0, &db.admin().await.unwrap()).await;
    let find = async || training::find(&mut api.get().await.unwrap(), owner).await.unwrap();
    assert!(find().await.is_none());
    let add =
        async |number: u32| training::add(&mut worker.get().await.unwrap(), owner, &json!({ "tsi": number })).await.unwrap();
    futures_util::join!(add(1), add(2), add(3), add(4));
    let kept = find().await.unwrap();
    assert_eq!((kept.sessions, kept.history.as_array().unwrap().len()), (4, 4));
    for number in 5..=205 {
        add(number).await;
    }
    let kept = find().await.unwrap();
    let history = kept.history.as_array().unwrap();
    assert_eq!((kept.sessions, history.len()), (205, 200));
    assert_eq!(history.last(), Some(&json!({ "tsi": 205 })));
}
