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
