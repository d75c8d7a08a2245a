//! What a specialist takes along, and what is left of what was erased.
use std::{
    collections::BTreeMap,
    io::{Cursor, Read as _},
    process::Command,
};

use scenarios::Platform;
use serde_json::Value;
use test_kit::TestDb;
use tokio_postgres::Client;
use uuid::Uuid;

use crate::steps::{AGREED, CLOSED, INVITED, drive, press, skip};

/// A client's own words.
const OWN: &str = "Жукканарейка снится каждую ночь";

/// Anna's case with a screening and its report.
async fn screened() -> Platform {
    let mut platform = Platform::start().await.unwrap();
    drive(&mut platform, &INVITED).await;
    drive(&mut platform, &AGREED).await;
    skip(&mut platform, 17).await;
    platform.claude.release();
    let own = format!("илья: {OWN}");
    drive(&mut platform, &[CLOSED[0], CLOSED[1], &own]).await;
    platform.quiet().await.unwrap();
    assert_eq!(platform.count("SELECT count(*) FROM psycheos.artifacts").await.unwrap(), 1, "the report is there");
    platform
}

async fn case_of(platform: &Platform) -> Uuid {
    platform.admin.query_one("SELECT context_id FROM psycheos.contexts", &[]).await.unwrap().get(0)
}

/// The files of the newest archive in a chat with Pro.
fn archive(platform: &Platform, user: i64) -> BTreeMap<String, Vec<u8>> {
    let messages = platform.telegram.messages("pro", user);
    let document = messages.iter().rev().find_map(|message| message.document.clone()).expect("a document");
    assert!(document["file_name"].as_str().unwrap().ends_with(".zip"), "{document}");
    let bytes = platform.telegram.file_bytes(document["file_id"].as_str().unwrap()).unwrap();
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes.to_vec())).unwrap();
    let mut files = BTreeMap::new();
    for at in 0..zip.len() {
        let mut file = zip.by_index(at).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        files.insert(file.name().to_owned(), bytes);
    }
    files
}

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_and_an_account_are_taken_along_whole_and_our_copy_goes_within_a_day() {
    let mut platform = screened().await;
    drive(&mut platform, &["борис@pro: /start [второе приглашение]", "анна: /cases"]).await;
    press(&mut platform, "анна", "К-014").await;
    press(&mut platform, "анна", "📦 Забрать архивом").await;
    let files = archive(&platform, 1000);
    let case = case_of(&platform).await.simple().to_string();
    let folder = format!("cases/{}", &case[20..]);
    let about = json(&files[&format!("{folder}/case.json")]);
    assert_eq!((&about["label"], about["consents"].as_array().unwrap().len()), (&Value::from("К-014"), 1));
    assert_eq!(about["charges"][0]["cost_stars"], 50);
    assert!(about["log"].as_array().unwrap().iter().any(|line| line["action"] == "case_view"), "{}", about["log"]);
    let find = |name: &str| {
        files.iter().find(|(path, _)| path.ends_with(name)).unwrap_or_else(|| panic!("no {name}: {:?}", files.keys()))
    };
    assert!(String::from_utf8_lossy(find("/answers.json").1).contains(OWN));
    assert_eq!(json(find("/full_report.json").1)["meta"]["service_id"], "screen");
    assert!(String::from_utf8_lossy(find("/full_report.txt").1).contains(OWN));
    assert!(find(".docx").1.starts_with(b"PK") && find(".png").1.starts_with(b"\x89PNG"));
    let manifest = json(&files["manifest.json"]);
    assert_eq!(manifest["files"].as_array().unwrap().len() + 1, files.len(), "the list names every file but itself");
    let safe = |name: &str| {
        name == "README.txt" || name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"/._-".contains(&b))
    };
    assert!(files.keys().all(|name| safe(name)), "{:?}", files.keys());

    // The whole account, and another's.
    drive(&mut platform, &["анна: /export"]).await;
    press(&mut platform, "анна", "📦 Забрать всё").await;
    let all = archive(&platform, 1000);
    let account = json(&all["account.json"]);
    assert_eq!(
        (&account["specialist"]["full_name"], &account["wallet"]["balance_stars"]),
        (&Value::from("Анна"), &Value::from(450))
    );
    assert!(all.keys().filter(|name| name.starts_with(&folder)).count() >= 6, "{:?}", all.keys());
    drive(&mut platform, &["борис@pro: /export"]).await;
    drive(&mut platform, &["борис@pro: [📦 Забрать всё]"]).await;
    let boris = archive(&platform, 1002);
    assert!(boris.keys().all(|name| !name.starts_with("cases/")), "{:?}", boris.keys());
    let audited = "SELECT count(*) FROM psycheos.audit_log WHERE action IN ('case_export', 'account_export')";
    assert_eq!(platform.count(audited).await.unwrap(), 3);

    let copies = "SELECT count(*) FROM psycheos.files WHERE format = 'zip' AND expires_at <= now() + interval '24 hours'";
    assert_eq!(platform.count(copies).await.unwrap(), 3);
    platform
        .admin
        .batch_execute("UPDATE psycheos.files SET expires_at = now() - interval '1 second' WHERE format = 'zip'")
        .await
        .unwrap();
    platform.cron().await.unwrap();
    assert_eq!(platform.count("SELECT count(*) FROM psycheos.files WHERE format = 'zip'").await.unwrap(), 0);
}

/// Rows of any sealed column that the key sealed; those of a message that is being sent go with its end.
async fn sealed_with(client: &Client, key: Uuid) -> Vec<String> {
    let columns = client
        .query(
            "SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = 'psycheos' AND data_type = 'bytea' \
             AND column_name NOT IN ('token_hash', 'key_hash', 'sha256', 'wrapped_dek')",
            &[],
        )
        .await
        .unwrap();
    assert!(columns.len() > 12, "every sealed column: {}", columns.len());
    let mut found = Vec::new();
    for row in columns {
        let (table, column): (String, String) = (row.get(0), row.get(1));
        let sql = format!("SELECT count(*) FROM psycheos.{table} WHERE substring({column} FROM 2 FOR 16) = $1");
        let count: i64 = client.query_one(&sql, &[&key.as_bytes().as_slice()]).await.unwrap().get(0);
        found.extend((count > 0).then(|| format!("{table}.{column}: {count}")));
    }
    found
}

async fn key_of(client: &Client, case: Uuid) -> (Uuid, bool) {
    let row = client
        .query_one("SELECT key_id, wrapped_dek IS NOT NULL FROM psycheos.case_keys WHERE context_id = $1", &[&case])
        .await
        .unwrap();
    (row.get(0), row.get(1))
}

fn postgres_tool(name: &str, args: &[&str]) {
    let program = test_kit::Postgres::binaries().unwrap().join(name);
    let output = Command::new(program).args(args).output().unwrap();
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_an_erased_case_nothing_is_left_to_decrypt_also_in_a_restored_backup_and_the_ledger_balances() {
    let mut platform = screened().await;
    let case = case_of(&platform).await;
    let (key, alive) = key_of(&platform.admin, case).await;
    let before = sealed_with(&platform.admin, key).await;
    assert!(alive && before.len() >= 6, "{before:?}");
    let money = "SELECT string_agg(account || ' ' || amount_stars, ',' ORDER BY entry_id) FROM psycheos.ledger_entries";
    let amounts: String = platform.admin.query_one(money, &[]).await.unwrap().get(0);
    let folder = tempfile::tempdir().unwrap();
    let dump = folder.path().join("backup.dump");
    let admin_url = platform.db.url("psycheos_admin");
    postgres_tool("pg_dump", &["--format=custom", "--file", dump.to_str().unwrap(), &admin_url]);

    drive(&mut platform, &["анна: /cases"]).await;
    press(&mut platform, "анна", "К-014").await;
    press(&mut platform, "анна", "🗑 Удалить").await;
    press(&mut platform, "анна", "🗑 Да, удалить").await;
    assert_eq!(sealed_with(&platform.admin, key).await, Vec::<String>::new(), "nothing sealed with the case's key is left");
    assert_eq!(key_of(&platform.admin, case).await, (key, false), "and the key itself is destroyed");
    let after: String = platform.admin.query_one(money, &[]).await.unwrap().get(0);
    assert_eq!(after, amounts, "amounts stay as they were");
    platform.db.assert_invariants().await.unwrap();

    // The log of erasures lies elsewhere; the backup comes back without them.
    let env = platform.setting.env("psycheos-ops").unwrap();
    let lines = platform.services.run_once("psycheos-ops", &["erase", "list"], &env).await.unwrap();
    let log = folder.path().join("erased.jsonl");
    std::fs::write(&log, &lines).unwrap();
    let restored = TestDb::empty().await.unwrap();
    postgres_tool("pg_restore", &["--no-owner", "--dbname", &restored.url("psycheos_admin"), dump.to_str().unwrap()]);
    let client = restored.admin().await.unwrap();
    assert!(key_of(&client, case).await.1 && !sealed_with(&client, key).await.is_empty(), "the backup holds it all");
    let mut env = env;
    env.insert("DATABASE_URL_DIRECT".into(), restored.url("psycheos_admin"));
    for said in ["erased again: 1; erased before or not there: 0", "erased again: 0; erased before or not there: 1"] {
        let replay = ["erase", "replay", log.to_str().unwrap()];
        assert_eq!(platform.services.run_once("psycheos-ops", &replay, &env).await.unwrap().trim(), said);
    }
    assert_eq!((sealed_with(&client, key).await, key_of(&client, case).await), (vec![], (key, false)));
    restored.assert_invariants().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_account_leaves_amounts_without_a_name_and_nothing_to_decrypt() {
    let mut platform = screened().await;
    let case = case_of(&platform).await;
    let (case_key, _) = key_of(&platform.admin, case).await;
    let sql = "SELECT k.key_id, u.user_id FROM psycheos.users u JOIN psycheos.case_keys k USING (user_id)";
    let row = platform.admin.query_one(sql, &[]).await.unwrap();
    let (own_key, user): (Uuid, Uuid) = (row.get(0), row.get(1));
    drive(&mut platform, &["анна: /delete_me"]).await;
    press(&mut platform, "анна", "Удалить навсегда").await;
    for key in [case_key, own_key] {
        assert_eq!(sealed_with(&platform.admin, key).await, Vec::<String>::new());
        let dead = "SELECT wrapped_dek IS NULL FROM psycheos.case_keys WHERE key_id = $1";
        assert!(platform.admin.query_one(dead, &[&key]).await.unwrap().get::<_, bool>(0));
    }
    let left = "SELECT full_name || coalesce(username, '') || status, telegram_id FROM psycheos.users WHERE user_id = $1";
    let row = platform.admin.query_one(left, &[&user]).await.unwrap();
    assert!(row.get::<_, String>(0) == "erased" && row.get::<_, i64>(1) < -(1 << 52));
    let balance = "SELECT balance_stars FROM psycheos.wallets";
    assert_eq!(platform.count(balance).await.unwrap(), 450, "amounts stay");
    platform.db.assert_invariants().await.unwrap();
    platform.cron().await.unwrap();
    drive(&mut platform, &["анна: /start [второе приглашение]"]).await;
    assert_eq!(platform.count("SELECT count(*) FROM psycheos.users WHERE status = 'active'").await.unwrap(), 1, "somebody new");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_in_the_archive_is_announced_once_a_month_before_it_goes() {
    let mut platform = screened().await;
    drive(&mut platform, &["анна: /cases"]).await;
    press(&mut platform, "анна", "К-014").await;
    press(&mut platform, "анна", "🗄 В архив").await;
    let age = async |days: i32| {
        let sql = "UPDATE psycheos.contexts SET archived_at = now() - $1 * interval '1 day'";
        platform.admin.execute(sql, &[&f64::from(days)]).await.unwrap();
        platform.cron().await.unwrap();
        platform.cron().await.unwrap();
        platform.quiet().await.unwrap();
    };
    let told = "SELECT count(*) FROM psycheos.outbox_messages WHERE kind = 'reminder' AND bot_id = 'pro'";
    for (days, messages) in [(300, 0), (340, 1), (350, 1)] {
        age(days).await;
        assert_eq!(platform.count(told).await.unwrap(), messages, "after {days} days");
    }
    let last = platform.telegram.messages("pro", 1000).into_iter().rev().find(|message| message.from_bot).unwrap();
    assert!(last.text.contains("К-014") && last.text.contains("архив"), "{}", last.text);
    age(367).await;
    assert_eq!(platform.count("SELECT count(*) FROM psycheos.contexts WHERE deleted_at IS NOT NULL").await.unwrap(), 1);
    assert_eq!(platform.count("SELECT count(*) FROM psycheos.artifacts").await.unwrap(), 0);
    platform.db.assert_invariants().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_doctor_sees_what_is_wrong_and_is_content_with_what_is_right() {
    let platform = Platform::start().await.unwrap();
    platform.cron().await.unwrap();
    let mut env = platform.setting.env("psycheos-ops").unwrap();
    let doctor = async |env: &BTreeMap<String, String>, more: &[&str]| {
        let done = platform.services.run_once("psycheos-ops", &[&["doctor"], more].concat(), env).await;
        let said = std::fs::read_to_string(platform.services.log("psycheos-ops")).unwrap();
        if done.is_ok() { Ok(said) } else { Err(said) }
    };
    let said = doctor(&env, &[]).await.unwrap();
    for good in [
        "ok    migrations",
        "ok    exposure",
        "ok    role psy_api",
        "ok    clocks",
        "ok    pooler",
        "ok    keys",
        "ok    webhook of pro",
    ] {
        assert!(said.contains(good), "no «{good}» in:\n{said}");
    }
    assert!(said.contains("mind  approvals") && !said.contains("BAD"), "{said}");
    // Each of these is one thing that is wrong.
    platform.admin.batch_execute("CREATE TABLE public.left_open (id int)").await.unwrap();
    let why = doctor(&env, &[]).await.unwrap_err();
    assert!(why.contains("BAD   exposure") && why.contains("left_open"), "{why}");
    platform.admin.batch_execute("DROP TABLE public.left_open").await.unwrap();
    let webhook = env.insert("WEBHOOK_BASE_URL".into(), "https://elsewhere.example".into()).unwrap();
    let why = doctor(&env, &[]).await.unwrap_err();
    assert!(why.contains("BAD   webhook of screen"), "{why}");
    env.insert("WEBHOOK_BASE_URL".into(), webhook);
    let kek = env.insert("PSYCHEOS_KEK".into(), "0000000a:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=".into()).unwrap();
    platform
        .admin
        .batch_execute("INSERT INTO psycheos.case_keys (key_id, kek_id, wrapped_dek) VALUES (gen_random_uuid(), 1, '\\x01')")
        .await
        .unwrap();
    let why = doctor(&env, &[]).await.unwrap_err();
    assert!(why.contains("BAD   key 00000001"), "{why}");
    env.insert("PSYCHEOS_KEK".into(), kek);
    // A service's own environment.
    let api = platform.setting.env("psycheos-api").unwrap();
    let why = doctor(&api, &["--secrets", "api"]).await.unwrap_err();
    assert!(why.contains("TG_TOKEN_PRO is another service's"), "the stand-ins' environment has everything: {why}");
    let own: BTreeMap<String, String> = api.into_iter().filter(|(name, _)| !name.contains("TOKEN")).collect();
    assert!(doctor(&own, &["--secrets", "api"]).await.is_ok());
}
