-- Each service may do what it needs and nothing else. Table privileges are listed here in one place; the row policies
-- follow from them, so that a service without a grant has no policy either.
CREATE TABLE psycheos.role_grants (
    role_name  text NOT NULL,
    table_name text NOT NULL,
    verbs      text NOT NULL,
    PRIMARY KEY (role_name, table_name)
);
INSERT INTO psycheos.role_grants (role_name, table_name, verbs) VALUES
    ('psy_api', 'users', 'SELECT, INSERT, UPDATE'),
    ('psy_api', 'specialist_invites', 'SELECT, INSERT, UPDATE'),
    ('psy_api', 'contexts', 'SELECT, INSERT, UPDATE'),
    ('psy_api', 'case_keys', 'SELECT, INSERT'),
    ('psy_api', 'runs', 'SELECT, INSERT, UPDATE'),
    ('psy_api', 'link_tokens', 'SELECT, INSERT, UPDATE'),
    ('psy_api', 'pass_tries', 'SELECT, INSERT, UPDATE'),
    ('psy_api', 'bot_chat_state', 'SELECT, INSERT, UPDATE'),
    ('psy_api', 'telegram_update_dedup', 'SELECT, INSERT'),
    ('psy_api', 'dead_updates', 'SELECT, INSERT, UPDATE, DELETE'),
    ('psy_api', 'jobs', 'SELECT, INSERT'),
    ('psy_api', 'outbox_messages', 'SELECT, INSERT, UPDATE'),
    ('psy_api', 'send_pace', 'SELECT, UPDATE'),
    ('psy_api', 'artifacts', 'SELECT'),
    ('psy_api', 'files', 'SELECT (file_id, context_id, run_id, artifact_id, kind, format, name, mime, size)'),
    ('psy_api', 'consents', 'SELECT, INSERT'),
    ('psy_api', 'screenings', 'SELECT, INSERT, UPDATE'),
    ('psy_api', 'safety_events', 'SELECT, INSERT, UPDATE'),
    ('psy_api', 'wallets', 'SELECT'),
    ('psy_api', 'usage_ledger', 'SELECT'),
    ('psy_api', 'ledger_entries', 'SELECT'),
    ('psy_api', 'operation_prices', 'SELECT'),
    ('psy_api', 'ai_rates', 'SELECT'),
    ('psy_api', 'audit_log', 'INSERT'),
    ('psy_api', 'operator_alerts', 'INSERT'),
    ('psy_api', 'cron_heartbeat', 'SELECT'),

    ('psy_worker', 'users', 'SELECT'),
    ('psy_worker', 'contexts', 'SELECT, UPDATE'),
    ('psy_worker', 'case_keys', 'SELECT, INSERT'),
    ('psy_worker', 'runs', 'SELECT, UPDATE'),
    ('psy_worker', 'link_tokens', 'SELECT'),
    ('psy_worker', 'bot_chat_state', 'SELECT, INSERT, UPDATE'),
    ('psy_worker', 'telegram_update_dedup', 'SELECT'),
    ('psy_worker', 'jobs', 'SELECT, INSERT, UPDATE'),
    ('psy_worker', 'outbox_messages', 'SELECT, INSERT, UPDATE'),
    ('psy_worker', 'send_pace', 'SELECT'),
    ('psy_worker', 'artifacts', 'SELECT, INSERT'),
    ('psy_worker', 'files', 'SELECT, INSERT, UPDATE'),
    ('psy_worker', 'llm_calls', 'SELECT, INSERT, UPDATE'),
    ('psy_worker', 'screenings', 'SELECT, UPDATE'),
    ('psy_worker', 'safety_events', 'SELECT, INSERT, UPDATE'),
    ('psy_worker', 'usage_ledger', 'SELECT'),
    ('psy_worker', 'operation_prices', 'SELECT'),
    ('psy_worker', 'ai_rates', 'SELECT'),
    ('psy_worker', 'audit_log', 'INSERT'),
    ('psy_worker', 'operator_alerts', 'SELECT, INSERT, UPDATE'),

    ('psy_sender', 'case_keys', 'SELECT'),
    ('psy_sender', 'outbox_messages', 'SELECT, UPDATE'),
    ('psy_sender', 'send_pace', 'SELECT, INSERT, UPDATE'),
    ('psy_sender', 'files', 'SELECT, UPDATE (telegram_file_ids)'),
    ('psy_sender', 'webhook_samples', 'SELECT, INSERT'),
    ('psy_sender', 'operator_alerts', 'INSERT'),

    ('psy_cron', 'users', 'SELECT'),
    ('psy_cron', 'contexts', 'SELECT'),
    ('psy_cron', 'case_keys', 'SELECT'),
    ('psy_cron', 'specialist_invites', 'SELECT, DELETE'),
    ('psy_cron', 'runs', 'SELECT, UPDATE'),
    ('psy_cron', 'link_tokens', 'SELECT, UPDATE, DELETE'),
    ('psy_cron', 'pass_tries', 'SELECT, DELETE'),
    ('psy_cron', 'bot_chat_state', 'SELECT, INSERT, UPDATE'),
    ('psy_cron', 'telegram_update_dedup', 'SELECT, DELETE'),
    ('psy_cron', 'dead_updates', 'SELECT, DELETE'),
    ('psy_cron', 'jobs', 'SELECT, UPDATE, DELETE'),
    ('psy_cron', 'outbox_messages', 'SELECT, INSERT, UPDATE, DELETE'),
    ('psy_cron', 'send_pace', 'SELECT, INSERT, UPDATE, DELETE'),
    ('psy_cron', 'artifacts', 'SELECT'),
    ('psy_cron', 'files', 'SELECT, DELETE'),
    ('psy_cron', 'llm_calls', 'SELECT, UPDATE, DELETE'),
    ('psy_cron', 'screenings', 'SELECT'),
    ('psy_cron', 'safety_events', 'SELECT, UPDATE'),
    ('psy_cron', 'wallets', 'SELECT'),
    ('psy_cron', 'usage_ledger', 'SELECT'),
    ('psy_cron', 'ledger_entries', 'SELECT'),
    ('psy_cron', 'payments', 'SELECT'),
    ('psy_cron', 'webhook_samples', 'SELECT, DELETE'),
    ('psy_cron', 'operator_alerts', 'SELECT, INSERT, UPDATE, DELETE'),
    ('psy_cron', 'cron_heartbeat', 'SELECT, INSERT, UPDATE'),
    ('psy_cron', 'invariants', 'SELECT'),

    ('psy_ro', 'cron_heartbeat', 'SELECT'),
    ('psy_ro', 'webhook_samples', 'SELECT'),
    ('psy_ro', 'operation_prices', 'SELECT'),
    ('psy_ro', 'ai_rates', 'SELECT');

-- Which functions that run with the owner's rights each service may call.
CREATE TABLE psycheos.role_functions (
    role_name     text NOT NULL,
    function_name text NOT NULL,
    PRIMARY KEY (role_name, function_name)
);
INSERT INTO psycheos.role_functions (role_name, function_name) VALUES
    ('psy_api', 'wallet_lock'), ('psy_api', 'usage_reserve'), ('psy_api', 'usage_cancel'), ('psy_api', 'pass_revoke'),
    ('psy_api', 'screening_withdraw'), ('psy_api', 'case_erase'), ('psy_api', 'run_close'),
    ('psy_worker', 'usage_reserve'), ('psy_worker', 'usage_cancel'), ('psy_worker', 'usage_commit'),
    ('psy_worker', 'run_failed'), ('psy_worker', 'jobs_heartbeat'), ('psy_worker', 'usage_expire'),
    ('psy_sender', 'usage_expire'),
    ('psy_cron', 'usage_expire'), ('psy_cron', 'usage_cancel'), ('psy_cron', 'passes_expire');

-- Brings owners, grants, row level security and policies in line with the two tables above. Safe to run again: each later
-- migration that adds a table or a grant ends with it.
CREATE FUNCTION psycheos.secure() RETURNS void LANGUAGE plpgsql SET search_path = '' SET client_min_messages = warning AS $$
DECLARE
    t record;
    g record;
BEGIN
    FOR t IN SELECT c.relname, c.relkind FROM pg_catalog.pg_class c
             WHERE c.relnamespace = 'psycheos'::pg_catalog.regnamespace AND c.relkind IN ('r', 'p', 'v') LOOP
        EXECUTE format('ALTER %s psycheos.%I OWNER TO psy_owner', CASE t.relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, t.relname);
        EXECUTE format('REVOKE ALL ON psycheos.%I FROM PUBLIC, psy_api, psy_worker, psy_sender, psy_cron, psy_ro', t.relname);
        IF t.relkind IN ('r', 'p') THEN
            EXECUTE format('ALTER TABLE psycheos.%I ENABLE ROW LEVEL SECURITY', t.relname);
            EXECUTE format('ALTER TABLE psycheos.%I FORCE ROW LEVEL SECURITY', t.relname);
            EXECUTE format('DROP POLICY IF EXISTS for_psy_owner ON psycheos.%I', t.relname);
            EXECUTE format('CREATE POLICY for_psy_owner ON psycheos.%I TO psy_owner USING (true) WITH CHECK (true)', t.relname);
            FOR g IN SELECT unnest(ARRAY['psy_api', 'psy_worker', 'psy_sender', 'psy_cron', 'psy_ro']) AS role_name LOOP
                EXECUTE format('DROP POLICY IF EXISTS %I ON psycheos.%I', 'for_' || g.role_name, t.relname);
            END LOOP;
        END IF;
    END LOOP;
    FOR g IN SELECT * FROM psycheos.role_grants LOOP
        EXECUTE format('GRANT %s ON psycheos.%I TO %I', g.verbs, g.table_name, g.role_name);
        IF (SELECT c.relkind FROM pg_catalog.pg_class c
            WHERE c.relnamespace = 'psycheos'::pg_catalog.regnamespace AND c.relname = g.table_name) IN ('r', 'p') THEN
            EXECUTE format('CREATE POLICY %I ON psycheos.%I TO %I USING (true) WITH CHECK (true)',
                           'for_' || g.role_name, g.table_name, g.role_name);
        END IF;
    END LOOP;
    FOR t IN SELECT p.oid::pg_catalog.regprocedure AS signature, p.proname, p.prosecdef FROM pg_catalog.pg_proc p
             WHERE p.pronamespace = 'psycheos'::pg_catalog.regnamespace AND p.proname <> 'secure' LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO psy_owner', t.signature);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC, psy_api, psy_worker, psy_sender, psy_cron', t.signature);
        IF NOT t.prosecdef THEN
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO psy_api, psy_worker, psy_sender, psy_cron', t.signature);
        ELSE
            FOR g IN SELECT f.role_name FROM psycheos.role_functions f WHERE f.function_name = t.proname LOOP
                EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', t.signature, g.role_name);
            END LOOP;
        END IF;
    END LOOP;
    ALTER DEFAULT PRIVILEGES IN SCHEMA psycheos REVOKE ALL ON TABLES FROM PUBLIC;
    ALTER DEFAULT PRIVILEGES IN SCHEMA psycheos REVOKE ALL ON FUNCTIONS FROM PUBLIC;
END $$;
REVOKE ALL ON FUNCTION psycheos.secure() FROM PUBLIC;
SELECT psycheos.secure();

-- The list of applied migrations lies in public, where hosted platforms look for tables to expose.
DO $$
BEGIN
    IF to_regclass('public.__diesel_schema_migrations') IS NOT NULL THEN
        ALTER TABLE public.__diesel_schema_migrations ENABLE ROW LEVEL SECURITY;
        ALTER TABLE public.__diesel_schema_migrations FORCE ROW LEVEL SECURITY;
        EXECUTE format('CREATE POLICY for_migrations ON public.__diesel_schema_migrations TO %I USING (true) WITH CHECK (true)',
                       current_user);
        REVOKE ALL ON public.__diesel_schema_migrations FROM PUBLIC;
        GRANT SELECT ON public.__diesel_schema_migrations TO psy_api, psy_worker, psy_sender, psy_cron;
        CREATE POLICY for_services ON public.__diesel_schema_migrations FOR SELECT
            TO psy_api, psy_worker, psy_sender, psy_cron USING (true);
    END IF;
END $$;
