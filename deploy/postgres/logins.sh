#!/bin/sh
# Logins of the services and of the pooler, made when the database is new, before the migrations: these find the roles and leave them as they
# are. Later a password is changed with ALTER ROLE (docs/RUNBOOK.md, "Database passwords").
set -e
psql --no-password -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
    -v api="$PSY_API_PASSWORD" -v worker="$PSY_WORKER_PASSWORD" -v sender="$PSY_SENDER_PASSWORD" -v cron="$PSY_CRON_PASSWORD" \
    -v pooler="$PGBOUNCER_PASSWORD" <<'SQL'
CREATE ROLE psy_api LOGIN PASSWORD :'api';
CREATE ROLE psy_worker LOGIN PASSWORD :'worker';
CREATE ROLE psy_sender LOGIN PASSWORD :'sender';
CREATE ROLE psy_cron LOGIN PASSWORD :'cron';

-- The pooler may ask for the secret of whoever logs in, and for nothing else.
CREATE ROLE pgbouncer LOGIN PASSWORD :'pooler';
CREATE SCHEMA pooler;
REVOKE ALL ON SCHEMA pooler FROM PUBLIC;
GRANT USAGE ON SCHEMA pooler TO pgbouncer;
CREATE FUNCTION pooler.secret_of(login text, OUT name text, OUT secret text) LANGUAGE sql SECURITY DEFINER SET search_path = ''
    AS $$ SELECT usename::text, passwd FROM pg_catalog.pg_shadow WHERE usename = login $$;
REVOKE ALL ON FUNCTION pooler.secret_of(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pooler.secret_of(text) TO pgbouncer;
SQL
