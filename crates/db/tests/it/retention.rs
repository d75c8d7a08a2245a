//! What is kept no longer than it must be, and keys that move.
use db::{Keyring, keys, sweeps};
use vault::Keks;

use crate::support::{Database, case, database, keyring, pool, run, specialist};

const OLD: &str = "00000001:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
const NEW: &str = "00000002:ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=";

async fn sweep(db: &Database, name: &str) -> i64 {
    let shared = pool(&db.url("psy_cron"), 1);
    let sweep = sweeps::ALL.iter().find(|sweep| sweep.name == name).unwrap();
    sweep.run(&mut shared.get().await.unwrap()).await.unwrap()
}

async fn count(admin: &tokio_postgres::Client, sql: &str) -> i64 {
    admin.query_one(sql, &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn a_case_goes_a_year_after_it_was_put_away_and_not_before() {
    let db = database().await;
    let admin = db.admin().await.unwrap();
    let (shared, keys) = (pool(&db.url("psy_api"), 2), keyring());
    let owner = specialist(&shared, 120, &admin).await;
    let (old, young, open) =
        (case(&shared, &keys, owner).await, case(&shared, &keys, owner).await, case(&shared, &keys, owner).await);
    run(&shared, &keys, owner, old, "t").await;
    for (case, age) in [(old, "366 days"), (young, "364 days")] {
        let sql = format!(
            "UPDATE psycheos.contexts SET status = 'closed', archived_at = now() - interval '{age}' WHERE context_id = $1"
        );
        admin.execute(&sql, &[&case.0]).await.unwrap();
    }
    assert_eq!(sweep(&db, "expire_cases").await, 1);
    assert_eq!(sweep(&db, "expire_cases").await, 0);
    let gone =
        |id: uuid::Uuid| format!("SELECT count(*) FROM psycheos.contexts WHERE context_id = '{id}' AND deleted_at IS NOT NULL");
    assert_eq!(count(&admin, &gone(old.0)).await, 1);
    assert_eq!(count(&admin, &gone(young.0)).await + count(&admin, &gone(open.0)).await, 0);
    let reserved = "SELECT reserved_stars FROM psycheos.wallets";
    assert_eq!(count(&admin, reserved).await, 0, "what was held for it is free again");
    assert_eq!(count(&admin, "SELECT count(*) FROM psycheos.audit_log WHERE action = 'case_expire'").await, 1);
}

#[tokio::test]
async fn records_go_after_three_years_and_strangers_chats_after_a_month() {
    let db = database().await;
    let admin = db.admin().await.unwrap();
    let (shared, keys) = (pool(&db.url("psy_api"), 2), keyring());
    let owner = specialist(&shared, 120, &admin).await;
    let case = case(&shared, &keys, owner).await;
    let run = run(&shared, &keys, owner, case, "t").await;
    for age in ["1094 days", "1096 days"] {
        admin
            .batch_execute(&format!(
                "INSERT INTO psycheos.audit_log (actor, role, action, at) VALUES ('x', 'x', 'x', now() - interval '{age}'); \
                 INSERT INTO psycheos.safety_events (event_id, context_id, run_id, category, source, level, lexicon_version, created_at) \
                 VALUES (gen_random_uuid(), '{case}', '{run}', 'suicide', 'lexicon', 'urgent', '1', now() - interval '{age}'); \
                 INSERT INTO psycheos.consents (consent_id, context_id, run_id, subject, document_version, document_sha256, locale, scopes, \
                    granted_at) VALUES (gen_random_uuid(), '{case}', '{run}', 's', '1', 'x', 'ru', \
                    ARRAY['health_data', 'pass_to_specialist'], now() - interval '{age}')"
            ))
            .await
            .unwrap();
    }
    for (bot, chat, payload, age) in
        [("pro", 7, "NULL", "31 days"), ("pro", 8, "NULL", "29 days"), ("pro", 9, "decode(repeat('01', 60), 'hex')", "31 days")]
    {
        admin
            .batch_execute(&format!(
                "INSERT INTO psycheos.bot_chat_state (bot_id, chat_id, state_payload, updated_at) \
                 VALUES ('{bot}', {chat}, {payload}, now() - interval '{age}')"
            ))
            .await
            .unwrap();
    }
    assert_eq!(sweep(&db, "expire_records").await, 3);
    for table in ["consents", "safety_events"] {
        assert_eq!(count(&admin, &format!("SELECT count(*) FROM psycheos.{table}")).await, 1, "{table}");
    }
    assert_eq!(count(&admin, "SELECT count(*) FROM psycheos.audit_log WHERE actor = 'x'").await, 1);
    assert_eq!(sweep(&db, "expire_chats").await, 1);
    assert_eq!(count(&admin, "SELECT count(*) FROM psycheos.bot_chat_state WHERE chat_id IN (8, 9)").await, 2);
}

#[tokio::test]
async fn training_is_forgotten_after_ninety_days_and_stays_charged() {
    let db = database().await;
    let admin = db.admin().await.unwrap();
    let (shared, keys) = (pool(&db.url("psy_api"), 2), keyring());
    let owner = specialist(&shared, 500, &admin).await;
    let case = case(&shared, &keys, owner).await;
    let mut runs = Vec::new();
    for (service, age) in [("simulator", "91 days"), ("simulator", "89 days"), ("interpretator", "91 days")] {
        let run = uuid::Uuid::now_v7();
        admin
            .batch_execute(&format!(
                "INSERT INTO psycheos.runs (run_id, context_id, service_id, owner_user_id, role, status, correlation_id) \
                 VALUES ('{run}', '{case}', '{service}', '{owner}', 'specialist', 'active', 'x'); \
                 SELECT psycheos.usage_reserve(gen_random_uuid(), '{run}', 'run', 10, 3600, '{run}'); \
                 INSERT INTO psycheos.artifacts (artifact_id, context_id, service_id, run_id, owner_user_id, artifact_type, \
                    artifact_version, summary, payload_json, payload_txt, idempotency_key, created_at) \
                 SELECT gen_random_uuid(), '{case}', '{service}', '{run}', '{owner}', 'full_report', '1.0', s, s, s, '{run}', \
                    now() - interval '{age}' FROM decode(repeat('01', 60), 'hex') s; \
                 SELECT psycheos.usage_commit('{run}', 'run')"
            ))
            .await
            .unwrap();
        runs.push(run);
    }
    assert_eq!(sweep(&db, "expire_transcripts").await, 1);
    let left = "SELECT count(*) FROM psycheos.artifacts";
    assert_eq!(count(&admin, left).await, 2);
    let charged = "SELECT count(*) FROM psycheos.usage_ledger WHERE status = 'committed'";
    assert_eq!(count(&admin, charged).await, 3, "and the invariants hold at the end of this test");
}

#[tokio::test]
async fn data_keys_move_to_another_key_encryption_key_and_the_old_one_can_be_retired() {
    let db = database().await;
    let admin = db.admin().await.unwrap();
    let shared = pool(&db.url("psy_api"), 2);
    let before = Keyring::new(Keks::parse(OLD).unwrap());
    let owner = specialist(&shared, 0, &admin).await;
    let cases = [case(&shared, &before, owner).await, case(&shared, &before, owner).await, case(&shared, &before, owner).await];
    db::cases::erase(&mut shared.get().await.unwrap(), &before, owner, cases[2]).await.unwrap();
    let owners = pool(&db.url("psycheos_admin"), 1);
    let both = Keks::parse(&format!("{NEW},{OLD}")).unwrap();
    let mut conn = owners.get().await.unwrap();
    // One at a time, as a run that is broken off and begun again.
    let (mut after, mut moved) = (uuid::Uuid::nil(), 0);
    while let Some(last) = keys::rewrap(&mut conn, &both, after, 1)
        .await
        .map(|batch| {
            moved += batch.moved;
            batch.last
        })
        .unwrap()
    {
        after = last;
    }
    assert_eq!(moved, 2, "a destroyed key has nothing to move");
    assert_eq!(keys::rewrap(&mut conn, &both, uuid::Uuid::nil(), 10).await.unwrap().moved, 0, "again: nothing is left");
    assert_eq!(keys::count_by_kek(&mut conn).await.unwrap(), [(2, 2)]);
    let now = Keyring::new(Keks::parse(NEW).unwrap());
    for open in &cases[..2] {
        let card = db::cases::find_card(&mut conn, &now, owner, *open).await.unwrap().unwrap();
        assert_eq!(card.label, "К-014", "what was sealed before opens with the new key alone");
    }
    let retired = Keyring::new(Keks::parse(OLD).unwrap());
    assert!(db::cases::find_card(&mut conn, &retired, owner, cases[0]).await.is_err(), "and with the old one no more");
    let stuck = keys::rewrap(&mut conn, &Keks::parse(OLD).unwrap(), uuid::Uuid::nil(), 10).await.unwrap();
    assert_eq!((stuck.moved, stuck.stuck), (0, 2), "what cannot be unwrapped is left as it is, and counted");
}
