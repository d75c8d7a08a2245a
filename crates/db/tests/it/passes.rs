//! Passes and invitations under real concurrency.
use bot_kit::{PassCheck, RunStatus};
use db::{invites, passes, people};
use domain::{BotId, InviteId, ServiceId, TelegramId};
use uuid::Uuid;

use crate::support::{CLIENT, SPECIALIST, case, database, keyring, pool, run, specialist};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_open_a_pass_at_once_one_gets_it() {
    let db = database().await;
    let (shared, keys) = (pool(&db.url("psy_api"), 8), keyring());
    let owner = specialist(&shared, 0, &db.admin().await.unwrap()).await;
    let case = case(&shared, &keys, owner).await;
    for round in 0..5 {
        let token = format!("token{round}");
        run(&shared, &keys, owner, case, &token).await;
        let mut tasks = Vec::new();
        for who in 0..16 {
            let (shared, token) = (shared.clone(), token.clone());
            tasks.push(tokio::spawn(async move {
                let mut tx = shared.begin().await.unwrap();
                let person = TelegramId(CLIENT + who);
                let (check, _) = passes::open(&mut tx, BotId::Screen, ServiceId::Screen, &token, person).await.unwrap();
                tx.commit().await.unwrap();
                check
            }));
        }
        let mut opened = 0;
        for task in tasks {
            match task.await.unwrap() {
                PassCheck::Opened { first: true } => opened += 1,
                PassCheck::Taken => {}
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(opened, 1);
    }
    db.assert_invariants().await.unwrap();
}

#[tokio::test]
async fn a_pass_answers_each_person_as_it_should() {
    let db = database().await;
    let admin = db.admin().await.unwrap();
    let (shared, keys) = (pool(&db.url("psy_api"), 2), keyring());
    let owner = specialist(&shared, 0, &admin).await;
    let case = case(&shared, &keys, owner).await;
    let run_id = run(&shared, &keys, owner, case, "good").await;
    let open = async |token: &str, service, person: i64| {
        let mut conn = shared.get().await.unwrap();
        passes::open(&mut conn, BotId::Screen, service, token, TelegramId(person)).await.unwrap().0
    };
    let screen = ServiceId::Screen;
    assert_eq!(open("good", screen, SPECIALIST).await, PassCheck::Own, "the specialist does not use it up");
    assert_eq!(open("good", ServiceId::Simulator, CLIENT).await, PassCheck::Unavailable, "another tool");
    assert_eq!(open("good", screen, CLIENT).await, PassCheck::Opened { first: true });
    assert_eq!(open("good", screen, CLIENT).await, PassCheck::Opened { first: false }, "the owner comes back");
    assert_eq!(open("good", screen, CLIENT + 1).await, PassCheck::Taken);
    assert_eq!(open("unknown", screen, CLIENT).await, PassCheck::Unavailable);
    admin.execute("UPDATE psycheos.link_tokens SET expires_at = now() - interval '1 s'", &[]).await.unwrap();
    assert_eq!(open("good", screen, CLIENT).await, PassCheck::Unavailable, "expired");
    let bound = passes::find_bound(&mut shared.get().await.unwrap(), &keys, run_id).await.unwrap().unwrap();
    assert_eq!((bound.status, bound.case_label.as_str()), (RunStatus::Expired, "К-014"));
    for _ in 0..12 {
        open("guess", screen, CLIENT + 5).await;
    }
    assert_eq!(open("guess", screen, CLIENT + 5).await, PassCheck::TooManyTries);
    let rebound = admin.execute("UPDATE psycheos.link_tokens SET bound_telegram_id = 1", &[]).await;
    assert!(rebound.is_err(), "a binding never changes");
}

#[tokio::test]
async fn the_database_refuses_a_client_pass_for_any_other_tool() {
    let db = database().await;
    let admin = db.admin().await.unwrap();
    let (shared, keys) = (pool(&db.url("psy_api"), 2), keyring());
    let owner = specialist(&shared, 0, &admin).await;
    let case = case(&shared, &keys, owner).await;
    run(&shared, &keys, owner, case, "t").await;
    for sql in ["UPDATE psycheos.runs SET service_id = 'simulator'", "UPDATE psycheos.link_tokens SET service_id = 'simulator'"] {
        assert!(admin.execute(sql, &[]).await.is_err(), "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invitation_for_three_lets_three_in() {
    let db = database().await;
    let shared = pool(&db.url("psy_api"), 8);
    let new =
        invites::NewInvite { invite: InviteId(Uuid::now_v7()), token: "abc", created_by: None, uses: 3, days: 7, note: None };
    invites::insert(&mut shared.get().await.unwrap(), &new).await.unwrap();
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let shared = shared.clone();
            tokio::spawn(async move { people::use_invite(&mut shared.get().await.unwrap(), "abc").await.unwrap() })
        })
        .collect();
    let mut used = 0;
    for task in tasks {
        used += usize::from(task.await.unwrap());
    }
    assert_eq!(used, 3);
}

#[tokio::test]
async fn an_archived_case_takes_nobody_in_and_who_is_inside_may_finish() {
    let db = database().await;
    let (shared, keys) = (pool(&db.url("psy_api"), 2), keyring());
    let owner = specialist(&shared, 0, &db.admin().await.unwrap()).await;
    let case = case(&shared, &keys, owner).await;
    run(&shared, &keys, owner, case, "inside").await;
    run(&shared, &keys, owner, case, "outside").await;
    let open = async |token: &str| {
        let mut conn = shared.get().await.unwrap();
        passes::open(&mut conn, BotId::Screen, ServiceId::Screen, token, TelegramId(CLIENT)).await.unwrap().0
    };
    assert_eq!(open("inside").await, PassCheck::Opened { first: true });
    db::cases::set_archived(&mut shared.get().await.unwrap(), owner, case, true).await.unwrap();
    assert_eq!(open("inside").await, PassCheck::Opened { first: false });
    assert_eq!(open("outside").await, PassCheck::Unavailable);
}
