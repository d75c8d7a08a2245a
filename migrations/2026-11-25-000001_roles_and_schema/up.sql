-- Roles are cluster-wide: several databases of one cluster share them, so each is created only if absent.
DO $$
DECLARE
    role_name text;
BEGIN
    -- One creator at a time, also across databases that are migrated at the same moment.
    PERFORM pg_advisory_xact_lock(hashtext('psycheos roles'));
    FOREACH role_name IN ARRAY ARRAY['psy_owner', 'psy_api', 'psy_worker', 'psy_sender', 'psy_cron', 'psy_ro'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL;
            END;
        END IF;
    END LOOP;
    IF NOT pg_has_role(current_user, 'psy_owner', 'MEMBER') THEN
        EXECUTE format('GRANT psy_owner TO %I', current_user);
    END IF;
END $$;

-- Time limits live on the server, because a pooled connection carries no session state of ours.
DO $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('psycheos roles'));
    IF NOT EXISTS (SELECT FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole WHERE r.rolname = 'psy_api') THEN
        ALTER ROLE psy_api SET statement_timeout = '5s';
        ALTER ROLE psy_api SET lock_timeout = '2s';
        ALTER ROLE psy_api SET idle_in_transaction_session_timeout = '10s';
        ALTER ROLE psy_worker SET statement_timeout = '15s';
        ALTER ROLE psy_worker SET lock_timeout = '5s';
        ALTER ROLE psy_worker SET idle_in_transaction_session_timeout = '10s';
        ALTER ROLE psy_sender SET statement_timeout = '5s';
        ALTER ROLE psy_sender SET lock_timeout = '2s';
        ALTER ROLE psy_sender SET idle_in_transaction_session_timeout = '10s';
        ALTER ROLE psy_cron SET statement_timeout = '60s';
        ALTER ROLE psy_cron SET lock_timeout = '10s';
        ALTER ROLE psy_cron SET idle_in_transaction_session_timeout = '30s';
    END IF;
END $$;

CREATE SCHEMA psycheos AUTHORIZATION psy_owner;
REVOKE ALL ON SCHEMA psycheos FROM PUBLIC;
GRANT USAGE ON SCHEMA psycheos TO psy_api, psy_worker, psy_sender, psy_cron, psy_ro;

-- A sealed field begins with its version byte; NULL means that nothing is kept.
CREATE FUNCTION psycheos.is_sealed(field bytea) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT field IS NULL OR (length(field) >= 57 AND get_byte(field, 0) = 1) $$;
