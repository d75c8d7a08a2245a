//! Migrations and what they must leave behind.
use test_kit::TestDb;

use crate::support::database;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_that_start_at_once_apply_each_migration_once() {
    let db = TestDb::empty().await.unwrap();
    let url = db.url(test_kit::ADMIN);
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let url = url.clone();
            tokio::spawn(async move { db::migrate(&url).await.unwrap().len() })
        })
        .collect();
    let mut applied = Vec::new();
    for task in tasks {
        applied.push(task.await.unwrap());
    }
    applied.sort_unstable();
    assert_eq!(applied[..3], [0, 0, 0]);
    assert_eq!(applied[3], std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations")).unwrap().count());
    let newest: String = db
        .admin()
        .await
        .unwrap()
        .query_one("SELECT max(version) FROM public.__diesel_schema_migrations", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(newest, db::NEWEST, "the build asks for its newest migration");
}

#[tokio::test]
async fn the_schema_file_says_what_the_database_has() {
    let db = database().await;
    let rows = db
        .admin()
        .await
        .unwrap()
        .query(
            "SELECT c.table_name, c.column_name, c.udt_name, c.is_nullable = 'YES' FROM information_schema.columns c \
             JOIN information_schema.tables t USING (table_schema, table_name) WHERE table_schema = 'psycheos' \
             AND t.table_type = 'BASE TABLE' AND table_name NOT IN ('role_grants', 'role_functions')",
            &[],
        )
        .await
        .unwrap();
    let file = include_str!("../../src/schema.rs");
    let mut table = String::new();
    let mut said = Vec::new();
    for line in file.lines().map(str::trim) {
        if let Some(rest) = line.strip_prefix("psycheos.") {
            table = rest.split_whitespace().next().unwrap().to_owned();
        } else if let Some((column, kind)) = line.trim_end_matches(',').split_once(" -> ") {
            said.push(format!("{table}.{column} {kind}"));
        }
    }
    let mut has: Vec<String> = rows
        .iter()
        .map(|row| {
            let (table, column, udt, nullable): (String, String, String, bool) = (row.get(0), row.get(1), row.get(2), row.get(3));
            let kind = match udt.as_str() {
                "uuid" => "Uuid",
                "text" => "Text",
                "int8" => "BigInt",
                "int4" => "Integer",
                "int2" => "SmallInt",
                "float8" => "Double",
                "bool" => "Bool",
                "bytea" => "Binary",
                "timestamptz" => "Timestamptz",
                "jsonb" => "Jsonb",
                "numeric" => "Numeric",
                "_text" => "Array<Text>",
                other => panic!("{table}.{column} has the type {other}"),
            };
            let kind = if nullable { format!("Nullable<{kind}>") } else { kind.to_owned() };
            format!("{table}.{column} {kind}")
        })
        .collect();
    said.sort();
    has.sort();
    let only = |these: &[String], others: &[String]| -> Vec<String> {
        these.iter().filter(|column| !others.contains(column)).cloned().collect()
    };
    assert_eq!((only(&said, &has), only(&has, &said)), (vec![], vec![]), "only in the file, only in the database");
}

#[tokio::test]
async fn every_table_is_in_the_reference() {
    let db = database().await;
    let rows = db
        .admin()
        .await
        .unwrap()
        .query("SELECT tablename::text FROM pg_tables WHERE schemaname = 'psycheos' ORDER BY 1", &[])
        .await
        .unwrap();
    let reference = include_str!("../../../../docs/TABLES.md");
    for row in rows {
        let table: String = row.get(0);
        assert!(reference.contains(&format!("| `{table}` |")), "docs/TABLES.md does not name {table}");
    }
}

/// Expand and contract: while a release is rolled out, services of the one before work on the migrated schema. The two functions whose form has
/// changed answer its calls by what they say (no such chat, nothing to claim), not by their form.
#[tokio::test]
async fn functions_whose_form_changed_take_the_calls_of_the_release_before() {
    let db = database().await;
    let as_service = async |role: &str, call: &str| {
        let client = test_kit::connect(&db.url(role)).await.unwrap();
        client.simple_query(call).await.err().and_then(|error| error.code().cloned())
    };
    let claim =
        "SELECT outbox_id FROM psycheos.outbox_claim(ARRAY['pro'], 32, gen_random_uuid(), 150, ARRAY[1, 2, 3]::smallint[])";
    assert_eq!(as_service("psy_sender", claim).await, None);
    let close = "SELECT psycheos.turn_close('pro', 1, 0, 'idle', NULL, NULL, NULL, NULL, NULL, '{}', '{}', '{}', '{}', '{}', '{}', '{}', \
                 '{}', '{}', '{}', '{}', '{}', '{}', NULL, NULL, true, false)";
    let moved_on = Some(tokio_postgres::error::SqlState::T_R_SERIALIZATION_FAILURE);
    assert_eq!(as_service("psy_api", close).await, moved_on, "there is no such chat");
}
