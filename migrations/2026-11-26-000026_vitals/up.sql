-- What an operator sees of the platform: measures the clock's service leaves behind, and what is read from the tables at the moment.

-- A measure of one run of the clock's service, or a sum over all of them: it ends after its work, so nobody could ask it.
CREATE TABLE psycheos.measures (
    name        text NOT NULL,
    label       text NOT NULL DEFAULT '',
    value       double precision NOT NULL,
    measured_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (name, label)
);

CREATE INDEX payments_unmatched ON psycheos.payments (created_at) WHERE status = 'unmatched';

-- Who is connected and how full the disk is may be seen by a login that belongs to pg_monitor. Where this one may not grant that, the
-- values are missing and nothing else.
DO $$
BEGIN
    GRANT pg_monitor TO psy_owner;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'pg_monitor cannot be granted here: grant it to psy_owner to see connections and the write-ahead log';
END $$;

-- Leaves the measures of a run behind: what does not hold (the ids, one for each breach), how far wallets are from their entries,
-- transactions Telegram tells differently.
CREATE FUNCTION psycheos.measures_take(p_broken text[]) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
    INSERT INTO psycheos.measures AS m (name, label, value)
        SELECT 'invariant_violations', i.id, (SELECT count(*) FROM unnest(p_broken) AS b (id) WHERE b.id = i.id)
            FROM unnest(ARRAY['I1', 'I2', 'I4', 'I5', 'I6', 'I7', 'I8', 'I11', 'I19']) AS i (id)
        UNION ALL
        SELECT 'ledger_drift_stars', '', coalesce(sum(abs(w.balance_stars - coalesce(e.balance, 0))), 0)
            FROM psycheos.wallets w
            LEFT JOIN (SELECT user_id, sum(amount_stars) FILTER (WHERE account IN ('available', 'reserved')) AS balance
                       FROM psycheos.ledger_entries GROUP BY user_id) e USING (user_id)
        UNION ALL
        SELECT 'stars_reconcile_drift', '', coalesce(sum(abs(d.stars)), 0) FROM psycheos.stars_differences(600) d
    ON CONFLICT (name, label) DO UPDATE SET value = excluded.value, measured_at = now()
$$;

-- Adds what a sweep did to a sum.
CREATE FUNCTION psycheos.measures_add(p_name text, p_label text, p_count bigint) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
    INSERT INTO psycheos.measures AS m (name, label, value) VALUES (p_name, p_label, p_count)
    ON CONFLICT (name, label) DO UPDATE SET value = m.value + excluded.value, measured_at = now()
$$;

-- The metrics that are read from the tables, each with the values of its labels.
CREATE FUNCTION psycheos.vitals() RETURNS TABLE (name text, labels text[], value double precision)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        SELECT 'queue_depth', ARRAY['jobs', s.status], (SELECT count(*) FROM psycheos.jobs j WHERE j.status = s.status)::float8
            FROM unnest(ARRAY['queued', 'running', 'failed']) AS s (status)
        UNION ALL
        SELECT 'queue_depth', ARRAY['outbox', s.status],
               (SELECT count(*) FROM psycheos.outbox_messages o WHERE o.status = s.status)::float8
            FROM unnest(ARRAY['pending', 'sending', 'held', 'failed']) AS s (status)
        UNION ALL
        SELECT 'queue_oldest_seconds', ARRAY['jobs'],
               coalesce(extract(epoch FROM now() - min(j.run_after)), 0)::float8
            FROM psycheos.jobs j WHERE j.status = 'queued' AND j.run_after <= now()
        UNION ALL
        SELECT 'queue_oldest_seconds', ARRAY['outbox'], coalesce(extract(epoch FROM now() - min(o.not_before)), 0)::float8
            FROM psycheos.outbox_messages o WHERE o.status = 'pending' AND o.not_before <= now()
        UNION ALL
        SELECT 'dead_letters', '{}', count(*)::float8 FROM psycheos.dead_updates d WHERE d.dead
        UNION ALL
        SELECT 'reserves_open', '{}', count(*)::float8 FROM psycheos.usage_ledger u WHERE u.status = 'reserved'
        UNION ALL
        SELECT 'reserves_overdue', '{}', count(*)::float8 FROM psycheos.usage_ledger u
            WHERE u.status = 'reserved' AND u.reserved_until < now() - interval '5 minutes'
              AND NOT EXISTS (SELECT FROM psycheos.jobs j WHERE j.run_id = u.run_id AND j.status IN ('queued', 'running'))
        UNION ALL
        SELECT 'unmatched_payments', '{}', count(*)::float8 FROM psycheos.payments p WHERE p.status = 'unmatched'
        UNION ALL
        SELECT 'safety_unacked_oldest_seconds', '{}', coalesce(extract(epoch FROM now() - min(e.created_at)), 0)::float8
            -- An elevated sign is reminded of after four hours only; after one hour it is nobody's neglect.
            FROM psycheos.safety_events e JOIN psycheos.contexts c USING (context_id)
            WHERE e.acknowledged_at IS NULL AND e.level = 'urgent' AND c.deleted_at IS NULL
        UNION ALL
        SELECT 'cron_last_ok_seconds', ARRAY[h.task], extract(epoch FROM now() - h.last_ok)::float8
            FROM psycheos.cron_heartbeat h WHERE h.last_ok IS NOT NULL
        UNION ALL
        SELECT 'telegram_pending_updates', ARRAY[w.bot_id], w.pending::float8
            FROM psycheos.webhook_state w WHERE w.pending IS NOT NULL
        UNION ALL
        SELECT 'telegram_last_error_age_seconds', ARRAY[w.bot_id], extract(epoch FROM now() - w.last_error_at)::float8
            FROM psycheos.webhook_state w WHERE w.last_error_at IS NOT NULL
        UNION ALL
        SELECT 'telegram_webhook_checked_seconds', ARRAY[w.bot_id], extract(epoch FROM now() - w.checked_at)::float8
            FROM psycheos.webhook_state w WHERE w.checked_at > '-infinity'
        UNION ALL
        SELECT m.name, CASE m.label WHEN '' THEN '{}' ELSE ARRAY[m.label] END, m.value FROM psycheos.measures m
        UNION ALL
        SELECT 'invariants_checked_seconds', '{}', extract(epoch FROM now() - min(m.measured_at))::float8
            FROM psycheos.measures m WHERE m.name = 'invariant_violations' HAVING count(*) > 0
        UNION ALL
        SELECT 'db_connections', ARRAY[a.usename::text, coalesce(a.state, 'unseen')], count(*)::float8
            FROM pg_catalog.pg_stat_activity a
            WHERE a.datname = current_database() AND a.usename IS NOT NULL GROUP BY 2
        UNION ALL
        SELECT 'db_size_bytes', '{}', pg_catalog.pg_database_size(current_database())::float8;
    BEGIN
        RETURN QUERY SELECT 'db_wal_bytes', '{}'::text[], sum(w.size)::float8 FROM pg_catalog.pg_ls_waldir() w;
    EXCEPTION WHEN insufficient_privilege THEN
        NULL;
    END;
END $$;

-- What was told within the hour is not told again.
UPDATE psycheos.role_grants SET verbs = 'SELECT, INSERT' WHERE role_name = 'psy_api' AND table_name = 'operator_alerts';
INSERT INTO psycheos.role_grants (role_name, table_name, verbs) VALUES ('psy_ro', 'measures', 'SELECT');
INSERT INTO psycheos.role_functions (role_name, function_name) VALUES
    ('psy_api', 'vitals'), ('psy_cron', 'measures_take'), ('psy_cron', 'measures_add');

-- Stops a job that never ends: nobody works on it again. It is handed out once more, to be given up as one without attempts left: its reserve
-- is released and people are told. One that is at work right now comes to that with its lease or its next attempt.
CREATE FUNCTION psycheos.job_stop(p_job uuid) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    UPDATE psycheos.jobs SET attempt_count = max_attempts, run_after = now() WHERE job_id = p_job AND status IN ('queued', 'running');
    RETURN FOUND;
END $$;

-- Takes a message that waits out of its chat's way. One that is being sent cannot be caught.
CREATE FUNCTION psycheos.message_stop(p_message uuid) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    UPDATE psycheos.outbox_messages SET status = 'canceled', payload = NULL, finished_at = now(), last_error = 'stopped'
        WHERE outbox_id = p_message AND status IN ('pending', 'held');
    RETURN FOUND;
END $$;

-- Claims jobs as before, and says how long each has waited since it could be worked on.
DROP FUNCTION psycheos.jobs_claim(text[], integer, uuid, integer);
CREATE FUNCTION psycheos.jobs_claim(p_kinds text[], p_limit integer, p_lease uuid, p_lease_secs integer)
    RETURNS TABLE (job_id uuid, kind text, service_id text, bot_id text, chat_id bigint, context_id uuid, run_id uuid,
                   payload bytea, attempt_count integer, max_attempts integer, exhausted boolean, correlation_id text,
                   traceparent text, idempotency_key text, age_secs bigint, waited_ms bigint)
    LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    v_ids uuid[];
BEGIN
    v_ids := ARRAY(SELECT j.job_id FROM psycheos.jobs j
        WHERE j.status = 'running' AND j.lease_until < now() AND j.kind = ANY (p_kinds)
        ORDER BY j.lease_until LIMIT p_limit FOR UPDATE SKIP LOCKED);
    IF cardinality(v_ids) < p_limit THEN
        v_ids := v_ids || ARRAY(SELECT j.job_id FROM psycheos.jobs j
            WHERE j.status = 'queued' AND j.run_after <= now() AND j.kind = ANY (p_kinds)
              AND (j.chat_id IS NULL OR NOT EXISTS (
                    SELECT FROM psycheos.jobs e
                    WHERE e.bot_id = j.bot_id AND e.chat_id = j.chat_id AND e.seq < j.seq
                      AND e.status IN ('queued', 'running')))
            ORDER BY j.priority, j.seq LIMIT p_limit - cardinality(v_ids) FOR UPDATE SKIP LOCKED);
    END IF;
    IF cardinality(v_ids) = 0 THEN
        RETURN;
    END IF;
    RETURN QUERY
        WITH before AS (SELECT b.job_id, b.attempt_count >= b.max_attempts AS exhausted,
                               greatest(b.run_after, CASE b.status WHEN 'running' THEN b.lease_until ELSE b.created_at END) AS due
                        FROM psycheos.jobs b WHERE b.job_id = ANY (v_ids))
        UPDATE psycheos.jobs j
            SET status = 'running', lease = p_lease, lease_until = now() + make_interval(secs => p_lease_secs),
                attempt_count = least(j.attempt_count + 1, j.max_attempts)
            FROM before
            WHERE j.job_id = before.job_id
            RETURNING j.job_id, j.kind, j.service_id, j.bot_id, j.chat_id, j.context_id, j.run_id, j.payload, j.attempt_count,
                      j.max_attempts, before.exhausted, j.correlation_id, j.traceparent, j.idempotency_key,
                      extract(epoch FROM now() - j.created_at)::bigint,
                      (extract(epoch FROM clock_timestamp() - before.due) * 1000)::bigint;
END $$;

SELECT psycheos.secure();
