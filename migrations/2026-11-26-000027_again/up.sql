-- A job that failed and was put back has another end, whose messages must not be taken for those of the first: it counts how often.
ALTER TABLE psycheos.jobs ADD COLUMN requeues smallint NOT NULL DEFAULT 0;

CREATE OR REPLACE FUNCTION psycheos.job_requeue(p_job uuid) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    v_word text;
BEGIN
    PERFORM FROM psycheos.jobs j WHERE j.job_id = p_job FOR UPDATE;
    v_word := psycheos.job_requeueable(p_job);
    IF v_word = 'yes' THEN
        UPDATE psycheos.jobs j
            SET status = 'queued', attempt_count = 0, run_after = now(), finished_at = NULL, requeues = j.requeues + 1
            WHERE j.job_id = p_job;
    END IF;
    RETURN v_word;
END $$;

DROP FUNCTION psycheos.jobs_claim(text[], integer, uuid, integer);
CREATE FUNCTION psycheos.jobs_claim(p_kinds text[], p_limit integer, p_lease uuid, p_lease_secs integer)
    RETURNS TABLE (job_id uuid, kind text, service_id text, bot_id text, chat_id bigint, context_id uuid, run_id uuid,
                   payload bytea, attempt_count integer, max_attempts integer, exhausted boolean, correlation_id text,
                   traceparent text, idempotency_key text, age_secs bigint, waited_ms bigint, requeues smallint)
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
                      (extract(epoch FROM clock_timestamp() - before.due) * 1000)::bigint, j.requeues;
END $$;

SELECT psycheos.secure();
