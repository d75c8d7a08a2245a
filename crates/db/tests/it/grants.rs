//! Who may do what (R44, S20, S21).
use crate::support::database;

#[tokio::test]
async fn nothing_is_exposed() {
    let db = database().await;
    let gate = "
        select format('RLS off: %I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid=c.relnamespace
         where n.nspname in ('psycheos','public') and c.relkind in ('r','p')
           and not (c.relrowsecurity and c.relforcerowsecurity)
        union all
        select format('API grant: %s %I.%I %s', grantee, table_schema, table_name, privilege_type)
         from information_schema.table_privileges
         where grantee in ('anon','authenticated','PUBLIC') and table_schema in ('psycheos','public')
        union all
        select format('definer without search_path: %s', p.oid::regprocedure) from pg_proc p
         where prosecdef and pronamespace='psycheos'::regnamespace
           and not exists (select 1 from unnest(coalesce(proconfig,'{}'::text[])) x where x like 'search_path=%')
        union all
        select format('open to PUBLIC: %s', p.oid::regprocedure) from pg_proc p
         where pronamespace='psycheos'::regnamespace
           and exists (select 1 from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where a.grantee=0)";
    let rows = db.admin().await.unwrap().query(gate, &[]).await.unwrap();
    let found: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    assert!(found.is_empty(), "{found:#?}");
}

#[tokio::test]
async fn each_service_can_do_what_it_was_granted_and_nothing_else() {
    let db = database().await;
    let admin = db.admin().await.unwrap();
    let rows = admin
        .query(
            "SELECT r.rolname::text, c.relname::text, v.verb, has_table_privilege(r.oid, c.oid, v.verb), \
                    coalesce((SELECT g.verbs FROM psycheos.role_grants g WHERE g.role_name = r.rolname \
                              AND g.table_name = c.relname), '') \
             FROM pg_class c CROSS JOIN pg_roles r CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) v(verb) \
             WHERE c.relnamespace = 'psycheos'::regnamespace AND c.relkind IN ('r', 'v') \
               AND r.rolname IN ('psy_api', 'psy_worker', 'psy_sender', 'psy_cron', 'psy_ro')",
            &[],
        )
        .await
        .unwrap();
    assert!(rows.len() > 500);
    for row in rows {
        let (role, table, verb, has, granted): (String, String, String, bool, String) =
            (row.get(0), row.get(1), row.get(2), row.get(3), row.get(4));
        let whole = granted.split(", ").any(|part| part == verb);
        assert_eq!(has, whole, "{role} {verb} {table} (granted: {granted})");
    }
    let sender = |table: &str| format!("SELECT has_table_privilege('psy_sender', 'psycheos.{table}', 'SELECT')");
    for table in ["artifacts", "wallets", "contexts", "users", "screenings"] {
        let may: bool = admin.query_one(&sender(table), &[]).await.unwrap().get(0);
        assert!(!may, "the sender must not read {table}");
    }
}

#[tokio::test]
async fn money_can_be_touched_through_its_functions_only() {
    let db = database().await;
    let admin = db.admin().await.unwrap();
    for role in ["psy_api", "psy_worker", "psy_cron"] {
        for table in ["wallets", "usage_ledger", "ledger_entries"] {
            for verb in ["INSERT", "UPDATE", "DELETE"] {
                let sql = format!("SELECT has_table_privilege('{role}', 'psycheos.{table}', '{verb}')");
                let may: bool = admin.query_one(&sql, &[]).await.unwrap().get(0);
                assert!(!may, "{role} {verb} {table}");
            }
        }
        let sql = format!("SELECT has_function_privilege('{role}', 'psycheos.wallet_adjust(uuid, bigint, text)', 'EXECUTE')");
        let may: bool = admin.query_one(&sql, &[]).await.unwrap().get(0);
        assert!(!may, "{role} could give itself Stars");
    }
}

/// What a statement comes to for a role: carried out, or refused for want of a right. Any other refusal comes after the rights were
/// checked.
async fn may(client: &tokio_postgres::Client, sql: &str) -> bool {
    client.batch_execute("SAVEPOINT tried").await.unwrap();
    let done = client.batch_execute(sql).await;
    client.batch_execute("ROLLBACK TO SAVEPOINT tried").await.unwrap();
    !matches!(done, Err(error) if error.code() == Some(&tokio_postgres::error::SqlState::INSUFFICIENT_PRIVILEGE))
}

/// The verbs granted for whole rows, and the columns of those granted for some columns only.
fn granted(verbs: &str, verb: &str) -> (bool, Vec<String>) {
    let (mut whole, mut columns) = (false, Vec::new());
    for part in
        verbs.split_inclusive(')').flat_map(|part| if part.contains('(') { vec![part] } else { part.split(',').collect() })
    {
        let part = part.trim().trim_start_matches(',').trim();
        match part.split_once('(') {
            // `SELECT, UPDATE (a, b)` comes as one piece: the verbs before the last one are whole.
            Some((names, list)) => {
                let mut names: Vec<&str> = names.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
                let last = names.pop().unwrap_or_default();
                whole |= names.contains(&verb);
                if last == verb {
                    columns.extend(list.trim_end_matches(')').split(',').map(|column| column.trim().to_owned()));
                }
            }
            None => whole |= part == verb,
        }
    }
    (whole, columns)
}

#[test]
fn a_list_of_grants_is_read_as_postgres_reads_it() {
    assert_eq!(granted("SELECT, INSERT", "INSERT"), (true, vec![]));
    assert_eq!(granted("SELECT, UPDATE (a, b), DELETE", "UPDATE"), (false, vec!["a".into(), "b".into()]));
    assert_eq!(granted("SELECT, UPDATE (a, b), DELETE", "DELETE"), (true, vec![]));
    assert_eq!(granted("SELECT (a)", "SELECT"), (false, vec!["a".into()]));
    assert_eq!(granted("", "SELECT"), (false, vec![]));
}

/// Every role tries every verb on every table, each column of an UPDATE by itself: what is not in the list of grants is refused by the
/// server, and what is in it is carried out.
#[tokio::test]
async fn every_role_tries_every_verb_on_every_table() {
    let db = database().await;
    let admin = db.admin().await.unwrap();
    let tables = admin
        .query(
            "SELECT c.relname::text, c.relkind = 'v', array_agg(a.attname::text ORDER BY a.attnum) FROM pg_class c \
             JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
             WHERE c.relnamespace = 'psycheos'::regnamespace AND c.relkind IN ('r', 'v') GROUP BY 1, 2 ORDER BY 1",
            &[],
        )
        .await
        .unwrap();
    let mut tried = 0;
    for role in ["psy_api", "psy_worker", "psy_sender", "psy_cron", "psy_ro"] {
        let client = db.admin().await.unwrap();
        client.batch_execute(&format!("BEGIN; SET LOCAL ROLE {role}")).await.unwrap();
        for row in &tables {
            let (table, view, columns): (String, bool, Vec<String>) = (row.get(0), row.get(1), row.get(2));
            let sql = "SELECT coalesce((SELECT verbs FROM psycheos.role_grants WHERE role_name = $1 AND table_name = $2), '')";
            let verbs: String = admin.query_one(sql, &[&role, &table]).await.unwrap().get(0);
            let whole = |verb: &str| granted(&verbs, verb).0;
            let mut check = vec![(format!("SELECT * FROM psycheos.{table} LIMIT 0"), whole("SELECT"))];
            if !view {
                check.push((format!("TRUNCATE psycheos.{table}"), false));
                check.push((format!("INSERT INTO psycheos.{table} DEFAULT VALUES"), whole("INSERT")));
                check.push((format!("DELETE FROM psycheos.{table} WHERE false"), whole("DELETE")));
                let (all, some) = granted(&verbs, "UPDATE");
                for column in &columns {
                    let sql = format!("UPDATE psycheos.{table} SET {column} = DEFAULT WHERE false");
                    check.push((sql, all || some.contains(column)));
                }
            }
            for (sql, expected) in check {
                assert_eq!(may(&client, &sql).await, expected, "{role}: {sql} (granted: {verbs})");
                tried += 1;
            }
        }
        client.batch_execute("ROLLBACK").await.unwrap();
    }
    assert!(tried > 2_000, "{tried} statements");
}

/// Functions with the owner's rights: each role calls those of its list and no other.
#[tokio::test]
async fn every_role_may_call_the_functions_of_its_list_and_no_other() {
    let db = database().await;
    let admin = db.admin().await.unwrap();
    let rows = admin
        .query(
            "SELECT r.rolname::text, p.proname::text, has_function_privilege(r.oid, p.oid, 'EXECUTE'), \
                    EXISTS (SELECT FROM psycheos.role_functions f WHERE f.role_name = r.rolname AND f.function_name = p.proname) \
             FROM pg_proc p CROSS JOIN pg_roles r WHERE p.pronamespace = 'psycheos'::regnamespace AND p.prosecdef \
               AND r.rolname IN ('psy_api', 'psy_worker', 'psy_sender', 'psy_cron', 'psy_ro')",
            &[],
        )
        .await
        .unwrap();
    assert!(rows.len() > 100);
    for row in rows {
        let (role, function, may, listed): (String, String, bool, bool) = (row.get(0), row.get(1), row.get(2), row.get(3));
        assert_eq!(may, listed, "{role} {function}");
    }
}
