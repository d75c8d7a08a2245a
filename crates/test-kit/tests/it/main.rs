//! The kit against the real servers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod network;

use std::path::Path;
use std::process::Command;

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;

use test_kit::{ADMIN, PgBouncer, Postgres, Proxy, Services, TestDb, connect, is_ready};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

async fn one(url: &str, query: &str) -> String {
    let client = connect(url).await.unwrap();
    client.query_one(query, &[]).await.unwrap().get(0)
}

fn alive(pid: u32) -> bool {
    Path::new(&format!("/proc/{pid}")).exists()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_server_answers_flushes_as_asked_and_is_gone_after_drop() {
    let postgres = Postgres::start(None, false).await.unwrap();
    let url = postgres.url("postgres", ADMIN);
    assert_eq!(one(&url, "SELECT current_user::text").await, ADMIN);
    assert_eq!(one(&url, "SHOW fsync").await, "off");
    assert_eq!(one(&url, "SELECT upper('страх')").await, "СТРАХ");
    let (pid, dir) = (postgres.pid(), postgres.dir().to_owned());
    assert!(alive(pid));
    drop(postgres);
    assert!(!alive(pid));
    assert!(!dir.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_durable_server_keeps_its_rows_in_its_folder() {
    let dir = tempfile::tempdir().unwrap();
    let home = dir.path().join("pg");
    let postgres = Postgres::start(Some(home.clone()), true).await.unwrap();
    let url = postgres.url("postgres", ADMIN);
    assert_eq!(one(&url, "SHOW fsync").await, "on");
    connect(&url).await.unwrap().batch_execute("CREATE TABLE kept AS SELECT 'yes'::text AS word").await.unwrap();
    drop(postgres);
    let postgres = Postgres::start(Some(home), true).await.unwrap();
    assert_eq!(one(&postgres.url("postgres", ADMIN), "SELECT word FROM kept").await, "yes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crashed_server_starts_again_where_it_was_with_what_was_committed() {
    let settings = ["synchronous_commit=on", "max_connections=17"];
    let mut postgres = Postgres::start_with(None, false, &settings).await.unwrap();
    let (url, pid, dir) = (postgres.url("postgres", ADMIN), postgres.pid(), postgres.dir().to_owned());
    let client = connect(&url).await.unwrap();
    client.batch_execute("CREATE TABLE kept AS SELECT 'committed' AS word").await.unwrap();
    client.batch_execute("BEGIN; INSERT INTO kept VALUES ('open')").await.unwrap();
    assert!(postgres.start_again().await.is_err(), "it runs");
    postgres.crash().await.unwrap();
    assert!(!alive(pid));
    assert!(client.batch_execute("COMMIT").await.is_err());
    assert!(connect(&url).await.is_err());
    postgres.start_again().await.unwrap();
    assert_eq!(one(&url, "SELECT string_agg(word, ' ') FROM kept").await, "committed");
    assert_eq!(one(&url, "SHOW fsync").await, "off");
    assert_eq!(one(&url, "SHOW max_connections").await, "17");
    let log = std::fs::read_to_string(dir.join("postgres.log")).unwrap();
    assert!(log.contains("database system was not properly shut down"), "{log}");
    let pid = postgres.pid();
    drop(postgres);
    assert!(!alive(pid) && !dir.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_pooler_starts_again_on_its_port() {
    let postgres = Postgres::start(None, false).await.unwrap();
    let mut pooler = PgBouncer::start(&postgres, "transaction", 1).await.unwrap();
    let url = pooler.url("postgres", ADMIN);
    for _ in 0..2 {
        let pid = pooler.pid();
        pooler.kill().await.unwrap();
        assert!(!alive(pid));
        assert!(connect(&url).await.is_err());
        pooler.restart().await.unwrap();
        assert_eq!(one(&url, "SELECT 'served'").await, "served");
    }
    let pid = pooler.pid();
    pooler.restart().await.unwrap();
    assert!(!alive(pid));
    assert_eq!(one(&url, "SELECT 'served'").await, "served");
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_of_a_paused_pooler_wait_until_it_resumes() {
    let postgres = Postgres::start(None, false).await.unwrap();
    let pooler = PgBouncer::start(&postgres, "transaction", 1).await.unwrap();
    let client = connect(&pooler.url("postgres", ADMIN)).await.unwrap();
    client.batch_execute("SELECT 1").await.unwrap();
    pooler.pause().await.unwrap();
    assert!(pooler.pause().await.is_err(), "it is paused");
    let mut query = std::pin::pin!(client.query_one("SELECT 'served'", &[]));
    assert!(tokio::time::timeout(std::time::Duration::from_millis(300), &mut query).await.is_err());
    pooler.resume().await.unwrap();
    assert_eq!(query.await.unwrap().get::<_, &str>(0), "served");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_is_switched_off_between_pooler_and_server() {
    let postgres = Postgres::start(None, false).await.unwrap();
    let proxy = Proxy::start(vec![([127, 0, 0, 1], postgres.port()).into()]).await.unwrap();
    let pooler = PgBouncer::to(proxy.port(), "transaction", 1).await.unwrap();
    let client = connect(&pooler.url("postgres", ADMIN)).await.unwrap();
    client.batch_execute("CREATE TABLE kept AS SELECT 'yes' AS word").await.unwrap();
    proxy.rewrite("DELETE FROM kept", "SELECT FROM kept").unwrap();
    assert_eq!(proxy.rewritten(), 0);
    client.execute("DELETE FROM kept", &[]).await.unwrap();
    assert_eq!(proxy.rewritten(), 1);
    assert_eq!(one(&postgres.url("postgres", ADMIN), "SELECT word FROM kept").await, "yes");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pooler_hands_connections_out_by_transaction() {
    let postgres = Postgres::start(None, false).await.unwrap();
    let pooler = PgBouncer::start(&postgres, "transaction", 1).await.unwrap();
    let url = pooler.url("postgres", ADMIN);
    // With one server connection, a second client gets its turn only because the first one's transaction is over.
    let (first, second) = (connect(&url).await.unwrap(), connect(&url).await.unwrap());
    let backend = "BEGIN; SELECT pg_backend_pid(); COMMIT";
    let pid_of = async |client: &tokio_postgres::Client| {
        let messages = client.simple_query(backend).await.unwrap();
        messages.iter().find_map(|message| match message {
            tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        })
    };
    assert_eq!(pid_of(&first).await, pid_of(&second).await);
    let pid = pooler.pid();
    drop(pooler);
    assert!(!alive(pid));
}

#[tokio::test(flavor = "multi_thread")]
async fn test_databases_are_apart_and_dropped_with_whoever_is_connected() {
    let (one_db, other_db) = (TestDb::empty().await.unwrap(), TestDb::empty().await.unwrap());
    one_db.admin().await.unwrap().batch_execute("CREATE TABLE only_here ()").await.unwrap();
    let seen = "SELECT coalesce(to_regclass('only_here')::text, 'nothing')";
    assert_eq!(one(&one_db.pooled_url(ADMIN), seen).await, "only_here");
    assert_eq!(one(&other_db.pooled_url(ADMIN), seen).await, "nothing");
    let (name, postgres) = (one_db.name().to_owned(), other_db.url(ADMIN));
    let _connected = connect(&one_db.url(ADMIN)).await.unwrap();
    drop(one_db);
    let left = format!("SELECT count(*)::text FROM pg_database WHERE datname = '{name}'");
    assert_eq!(one(&postgres, &left).await, "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_test_gets_its_own_copy_of_the_migrated_template() {
    let first = TestDb::new().await.unwrap();
    let second = TestDb::new().await.unwrap();
    assert_ne!(first.name(), second.name());
    for db in [&first, &second] {
        db.assert_invariants().await.unwrap();
        assert_eq!(one(&db.pooled_url("psy_api"), "SELECT current_user::text").await, "psy_api");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_invariant_is_named() {
    let db = TestDb::empty().await.unwrap();
    let view =
        "CREATE SCHEMA psycheos; CREATE VIEW psycheos.invariants AS SELECT 'wallet differs from its entries'::text AS broken";
    db.admin().await.unwrap().batch_execute(view).await.unwrap();
    let error = db.assert_invariants().await.unwrap_err().to_string();
    assert!(error.contains("broken=wallet differs from its entries"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_listening_is_not_ready() {
    assert!(!is_ready(&format!("127.0.0.1:{}", test_kit::free_port().unwrap()), "/readyz").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_process_leaves_no_server_behind() {
    const VICTIM: &str = "TEST_KIT_VICTIM";
    // The victim is this same test in a process of its own: it starts a server, says where, and waits to be killed.
    if std::env::var_os(VICTIM).is_some() {
        let postgres = Postgres::start(None, false).await.unwrap();
        println!("server={} {}", postgres.pid(), postgres.dir().display());
        std::future::pending::<()>().await;
    }
    let mut victim = Command::new(std::env::current_exe().unwrap())
        .args(["a_killed_process_leaves_no_server_behind", "--exact", "--nocapture"])
        .env(VICTIM, "1")
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let lines = std::io::BufRead::lines(std::io::BufReader::new(victim.stdout.take().unwrap()));
    // libtest prints the test's name first, on the same line.
    let said = lines.map_while(Result::ok).find_map(|line| Some(line.split_once("server=")?.1.to_owned())).unwrap();
    let (pid, dir) = said.split_once(' ').unwrap();
    let (server, dir) = (pid.parse().unwrap(), Path::new(dir));
    assert!(alive(server));
    victim.kill().unwrap();
    victim.wait().unwrap();
    for _ in 0..500 {
        if !alive(server) && !dir.exists() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("Postgres {server} outlived its owner");
}

/// A folder with one program: a shell script.
fn program(name: &str, script: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    dir
}

/// Says 200 to everything, in place of a service's internal port.
async fn always_ready() -> BTreeMap<String, String> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 1024]).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").await;
        }
    });
    BTreeMap::from([("INTERNAL_ADDR".to_owned(), address), ("WORD".to_owned(), "hello".to_owned())])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_is_killed_started_again_with_its_variables_and_stopped_with_its_own_exit_code() {
    let dir = program("psycheos-api", "echo \"$WORD from $$\"\ntrap 'exit 7' TERM\nwhile :; do sleep 0.05; done");
    let logs = dir.path().join("logs");
    let mut services = Services::of(dir.path(), &logs).unwrap();
    services.start("psycheos-api#2", always_ready().await).await.unwrap();
    let first = services.pid("psycheos-api#2").unwrap();
    assert!(alive(first));
    services.kill("psycheos-api#2").await.unwrap();
    assert!(!services.is_running("psycheos-api#2"));
    services.restart("psycheos-api#2").await.unwrap();
    let second = services.pid("psycheos-api#2").unwrap();
    assert_ne!(first, second);
    // The trap is set once the greeting is in the log.
    let log = services.log("psycheos-api#2");
    let greeting = format!("hello from {second}");
    while !std::fs::read_to_string(&log).unwrap().contains(&greeting) {
        tokio::task::yield_now().await;
    }
    assert_eq!(services.terminate("psycheos-api#2").await.unwrap().code(), Some(7));
}

/// Waits until a service's log has a line.
async fn logged(services: &Services, name: &str, line: &str) {
    while !std::fs::read_to_string(services.log(name)).unwrap().lines().any(|logged| logged == line) {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_runs_under_a_command_with_its_variables_also_when_started_again() {
    let dir = program("psycheos-worker", "echo \"$WORD $(ulimit -n) files $$\"\nwhile :; do sleep 0.05; done");
    let mut services = Services::of(dir.path(), dir.path().join("logs")).unwrap();
    services.start_under("psycheos-worker", always_ready().await, &["prlimit", "--nofile=50"]).await.unwrap();
    let greeting = |services: &Services| format!("hello 50 files {}", services.pid("psycheos-worker").unwrap());
    logged(&services, "psycheos-worker", &greeting(&services)).await;
    services.restart("psycheos-worker").await.unwrap();
    logged(&services, "psycheos-worker", &greeting(&services)).await;
    services.restart_with("psycheos-worker", "WORD", Some("again")).await.unwrap();
    logged(&services, "psycheos-worker", &greeting(&services).replace("hello", "again")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_service_does_nothing_until_it_is_thawed_and_is_still_stopped_politely() {
    let dir = program("psycheos-worker", "trap 'echo bye; exit' TERM\necho ready\nwhile :; do sleep 0.05; done");
    let mut services = Services::of(dir.path(), dir.path().join("logs")).unwrap();
    assert!(services.freeze("psycheos-worker").is_err(), "it does not run");
    services.start("psycheos-worker", always_ready().await).await.unwrap();
    logged(&services, "psycheos-worker", "ready").await;
    let process = format!("/proc/{}", services.pid("psycheos-worker").unwrap());
    // The program itself, and not the shell that guards it.
    let words = std::fs::read_to_string(format!("{process}/cmdline")).unwrap();
    assert!(words.ends_with("/psycheos-worker\0") && !words.contains("guard"), "{words}");
    let is_stopped = || std::fs::read_to_string(format!("{process}/stat")).unwrap().contains(") T ");
    for _ in 0..2 {
        services.freeze("psycheos-worker").unwrap();
        while !is_stopped() {
            tokio::task::yield_now().await;
        }
        assert!(services.is_running("psycheos-worker"));
        services.thaw("psycheos-worker").unwrap();
        while is_stopped() {
            tokio::task::yield_now().await;
        }
    }
    services.freeze("psycheos-worker").unwrap();
    let log = services.log("psycheos-worker");
    drop(services);
    assert_eq!(std::fs::read_to_string(log).unwrap(), "ready\nbye\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_ends_at_its_start_is_an_error_with_its_last_words() {
    let dir = program("psycheos-api", "echo 'PSYCHEOS_KEK is missing'; exit 3");
    let mut services = Services::of(dir.path(), dir.path().join("logs")).unwrap();
    let nobody = BTreeMap::from([("INTERNAL_ADDR".to_owned(), format!("127.0.0.1:{}", test_kit::free_port().unwrap()))]);
    let error = services.start("psycheos-api", nobody).await.unwrap_err().to_string();
    assert!(error.contains("PSYCHEOS_KEK is missing"), "{error}");
}
