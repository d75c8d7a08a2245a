-- Jobs --------------------------------------------------------------------------------------------------------------

-- Claims jobs: first those whose worker died, then the queue. Of a conversation only the head can be claimed. exhausted
-- says that this was not an attempt: the job has used its attempts up and is handed out once more to be given up properly.
CREATE FUNCTION psycheos.jobs_claim(p_kinds text[], p_limit integer, p_lease uuid, p_lease_secs integer)
    RETURNS TABLE (job_id uuid, kind text, service_id text, bot_id text, chat_id bigint, context_id uuid, run_id uuid,
                   payload bytea, attempt_count integer, max_attempts integer, exhausted boolean, correlation_id text,
                   traceparent text, idempotency_key text, age_secs bigint)
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
        WITH before AS (SELECT b.job_id, b.attempt_count >= b.max_attempts AS exhausted FROM psycheos.jobs b
                        WHERE b.job_id = ANY (v_ids))
        UPDATE psycheos.jobs j
            SET status = 'running', lease = p_lease, lease_until = now() + make_interval(secs => p_lease_secs),
                attempt_count = least(j.attempt_count + 1, j.max_attempts)
            FROM before
            WHERE j.job_id = before.job_id
            RETURNING j.job_id, j.kind, j.service_id, j.bot_id, j.chat_id, j.context_id, j.run_id, j.payload, j.attempt_count,
                      j.max_attempts, before.exhausted, j.correlation_id, j.traceparent, j.idempotency_key,
                      extract(epoch FROM now() - j.created_at)::bigint;
END $$;

-- Begins a finishing transaction: false when the lease was lost, and then nothing may be written.
CREATE FUNCTION psycheos.jobs_finish(p_job uuid, p_lease uuid, p_status text, p_error text) RETURNS boolean
    LANGUAGE plpgsql AS $$
BEGIN
    UPDATE psycheos.jobs j
        SET status = p_status, lease = NULL, lease_until = NULL, finished_at = now(), last_error = p_error,
            payload = CASE WHEN p_status = 'failed' THEN j.payload END
        WHERE j.job_id = p_job AND j.lease = p_lease AND j.status = 'running';
    RETURN FOUND;
END $$;

-- Puts a job back: later (retry uses up the attempt), or as if it had not been claimed (wait).
CREATE FUNCTION psycheos.jobs_release(p_job uuid, p_lease uuid, p_after_ms bigint, p_error text, p_give_attempt_back boolean)
    RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    UPDATE psycheos.jobs j
        SET status = 'queued', lease = NULL, lease_until = NULL, run_after = now() + p_after_ms * interval '1 millisecond',
            last_error = p_error,
            attempt_count = j.attempt_count - CASE WHEN p_give_attempt_back THEN 1 ELSE 0 END
        WHERE j.job_id = p_job AND j.lease = p_lease AND j.status = 'running';
    RETURN FOUND;
END $$;

-- Extends leases, and the reserves of their runs with them; returns the jobs that are still ours.
CREATE FUNCTION psycheos.jobs_heartbeat(p_jobs uuid[], p_lease uuid, p_lease_secs integer) RETURNS SETOF uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    UPDATE psycheos.usage_ledger o
        SET reserved_until = greatest(o.reserved_until, now() + make_interval(secs => p_lease_secs) + interval '10 minutes')
        FROM psycheos.jobs j
        WHERE j.job_id = ANY (p_jobs) AND j.lease = p_lease AND o.run_id = j.run_id AND o.status = 'reserved';
    RETURN QUERY UPDATE psycheos.jobs j SET lease_until = now() + make_interval(secs => p_lease_secs)
        WHERE j.job_id = ANY (p_jobs) AND j.lease = p_lease AND j.status = 'running'
        RETURNING j.job_id;
END $$;

-- Outbox ------------------------------------------------------------------------------------------------------------

-- The pace of a chat: one message a second in a private chat, twenty a minute in a group; bursts of three pass. An operator
-- changes it without a deploy: ALTER DATABASE … SET psycheos.chat_interval = '800 milliseconds'.
CREATE FUNCTION psycheos.chat_interval(p_chat bigint) RETURNS interval LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT CASE WHEN p_chat < 0 THEN 3 ELSE 1 END
                 * coalesce(nullif(current_setting('psycheos.chat_interval', true), ''), '1 second')::interval $$;

-- Claims messages that may go now, at most the head of each chat. Danger notices skip the pace, never a freeze of their
-- chat. The pace is taken here, so that any number of senders share it.
CREATE FUNCTION psycheos.outbox_claim(p_bots text[], p_limit integer, p_lease uuid, p_lease_secs integer, p_lanes smallint[])
    RETURNS SETOF psycheos.outbox_messages LANGUAGE plpgsql AS $$
DECLARE
    m psycheos.outbox_messages;
    v_taken integer := 0;
BEGIN
    FOR m IN
        SELECT o.* FROM psycheos.outbox_messages o
        WHERE o.status = 'pending' AND o.not_before <= now() AND o.bot_id = ANY (p_bots) AND o.lane = ANY (p_lanes)
          AND (o.chat_id IS NULL OR NOT EXISTS (
                SELECT FROM psycheos.outbox_messages e
                WHERE e.bot_id = o.bot_id AND e.chat_id = o.chat_id AND e.seq < o.seq AND e.status IN ('pending', 'sending')))
          AND NOT EXISTS (
                SELECT FROM psycheos.send_pace p
                WHERE p.bot_id = o.bot_id AND p.chat_id = o.chat_id
                  AND (p.frozen_until > now()
                       OR (o.lane > 0 AND p.next_at > now() + 2 * psycheos.chat_interval(o.chat_id))))
          AND NOT EXISTS (
                SELECT FROM psycheos.send_pace b
                WHERE b.bot_id = o.bot_id AND b.chat_id = 0 AND o.lane >= 1
                  AND b.frozen_until > now() AND (o.lane >= 2 OR b.refusals >= 6))
        ORDER BY o.lane, o.seq
        LIMIT p_limit
        FOR UPDATE OF o SKIP LOCKED
    LOOP
        IF m.lane >= 2 THEN
            -- The bot's own bulk rate: 25 a second, at most five ahead.
            INSERT INTO psycheos.send_pace (bot_id, chat_id) VALUES (m.bot_id, 0) ON CONFLICT DO NOTHING;
            UPDATE psycheos.send_pace b SET next_at = greatest(b.next_at, clock_timestamp()) + interval '40 milliseconds'
                WHERE b.bot_id = m.bot_id AND b.chat_id = 0 AND b.next_at <= clock_timestamp() + interval '200 milliseconds';
            CONTINUE WHEN NOT FOUND;
        END IF;
        IF m.chat_id IS NOT NULL THEN
            INSERT INTO psycheos.send_pace AS p (bot_id, chat_id, next_at)
                VALUES (m.bot_id, m.chat_id, clock_timestamp() + psycheos.chat_interval(m.chat_id))
                ON CONFLICT (bot_id, chat_id) DO UPDATE
                SET next_at = greatest(p.next_at, clock_timestamp()) + psycheos.chat_interval(m.chat_id), updated_at = now();
        END IF;
        UPDATE psycheos.outbox_messages o
            SET status = 'sending', lease = p_lease, lease_until = now() + make_interval(secs => p_lease_secs),
                attempt_count = o.attempt_count + 1, sending_since = clock_timestamp()
            WHERE o.outbox_id = m.outbox_id
            RETURNING o.* INTO m;
        -- A message that edits another one learns its number now: the other one is before it in the same chat.
        IF m.depends_on IS NOT NULL AND m.target_message_id IS NULL THEN
            SELECT d.telegram_message_id INTO m.target_message_id FROM psycheos.outbox_messages d WHERE d.outbox_id = m.depends_on;
        END IF;
        RETURN NEXT m;
    END LOOP;
END $$;

-- What waited behind danger notices goes on when none is left in its chat.
CREATE FUNCTION psycheos.outbox_resume(p_bot text, p_chat bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE psycheos.outbox_messages o SET status = 'pending'
        WHERE o.bot_id = p_bot AND o.chat_id = p_chat AND o.status = 'held'
          AND NOT EXISTS (SELECT FROM psycheos.outbox_messages d
                          WHERE d.bot_id = p_bot AND d.chat_id = p_chat AND d.lane = 0 AND d.status IN ('pending', 'sending'));
END $$;

-- Ends messages for good, each fenced by its lease. Returns those that were still ours.
CREATE FUNCTION psycheos.outbox_finish(p_ids uuid[], p_leases uuid[], p_status text, p_message_ids bigint[], p_error text)
    RETURNS SETOF uuid LANGUAGE plpgsql AS $$
DECLARE
    m record;
BEGIN
    FOR m IN
        UPDATE psycheos.outbox_messages o
            SET status = p_status, lease = NULL, lease_until = NULL, finished_at = now(), last_error = p_error,
                telegram_message_id = coalesce(t.message_id, o.telegram_message_id)
            FROM unnest(p_ids, p_leases, p_message_ids) t(id, lease, message_id)
            WHERE o.outbox_id = t.id AND o.lease = t.lease AND o.status = 'sending'
            RETURNING o.outbox_id, o.bot_id, o.chat_id, o.lane, o.kind, o.context_id, o.run_id
    LOOP
        IF m.lane = 0 AND m.chat_id IS NOT NULL THEN
            PERFORM psycheos.outbox_resume(m.bot_id, m.chat_id);
        END IF;
        IF m.kind = 'danger' AND p_status = 'failed' THEN
            INSERT INTO psycheos.operator_alerts (code, detail)
                VALUES ('danger_notice_failed', m.bot_id || ': ' || coalesce(p_error, ''));
        END IF;
        RETURN NEXT m.outbox_id;
    END LOOP;
END $$;

-- Puts a message back. uncertain: it may have arrived, so the row is flagged. give_back: this was no attempt (429).
CREATE FUNCTION psycheos.outbox_retry(p_id uuid, p_lease uuid, p_after_ms bigint, p_error text, p_uncertain boolean,
                                      p_give_back boolean) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    m psycheos.outbox_messages;
BEGIN
    SELECT o.* INTO m FROM psycheos.outbox_messages o
        WHERE o.outbox_id = p_id AND o.lease = p_lease AND o.status = 'sending' FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 'lost';
    END IF;
    IF p_uncertain AND m.kind IN ('progress', 'broadcast') THEN
        UPDATE psycheos.outbox_messages o SET ambiguous = o.ambiguous + 1 WHERE o.outbox_id = p_id;
        PERFORM psycheos.outbox_finish(ARRAY[p_id], ARRAY[p_lease], 'canceled', ARRAY[NULL::bigint], 'uncertain');
        RETURN 'canceled';
    END IF;
    IF NOT p_give_back AND m.attempt_count >= m.max_attempts THEN
        UPDATE psycheos.outbox_messages o SET ambiguous = o.ambiguous + p_uncertain::integer WHERE o.outbox_id = p_id;
        PERFORM psycheos.outbox_finish(ARRAY[p_id], ARRAY[p_lease], 'failed', ARRAY[NULL::bigint], p_error);
        RETURN 'failed';
    END IF;
    UPDATE psycheos.outbox_messages o
        SET status = 'pending', lease = NULL, lease_until = NULL, not_before = now() + p_after_ms * interval '1 millisecond',
            last_error = p_error, ambiguous = o.ambiguous + p_uncertain::integer,
            attempt_count = o.attempt_count - p_give_back::integer
        WHERE o.outbox_id = p_id;
    RETURN 'pending';
END $$;

-- 429: the chat waits, whatever it wants to send; when three chats of a bot are refused within five seconds, the bot's
-- lanes 2 and 3 wait too, and lane 1 as well when it goes on (six).
CREATE FUNCTION psycheos.outbox_slow_down(p_id uuid, p_lease uuid, p_bot text, p_chat bigint, p_after_ms bigint)
    RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_until timestamptz := clock_timestamp() + p_after_ms * interval '1 millisecond';
    v_recent integer;
BEGIN
    IF p_chat IS NOT NULL THEN
        INSERT INTO psycheos.send_pace AS p (bot_id, chat_id, frozen_until, refusals, refused_at)
            VALUES (p_bot, p_chat, v_until, 1, clock_timestamp())
            ON CONFLICT (bot_id, chat_id) DO UPDATE SET frozen_until = greatest(p.frozen_until, v_until),
                refusals = p.refusals + 1, refused_at = clock_timestamp(), updated_at = now();
        SELECT count(*) INTO v_recent FROM psycheos.send_pace p
            WHERE p.bot_id = p_bot AND p.chat_id <> 0 AND p.refused_at > clock_timestamp() - interval '5 seconds';
        IF v_recent >= 3 THEN
            INSERT INTO psycheos.send_pace AS p (bot_id, chat_id, frozen_until, refusals) VALUES (p_bot, 0, v_until, v_recent)
                ON CONFLICT (bot_id, chat_id) DO UPDATE
                SET frozen_until = greatest(p.frozen_until, v_until), refusals = v_recent, updated_at = now();
        END IF;
    END IF;
    RETURN psycheos.outbox_retry(p_id, p_lease, p_after_ms, 'slow_down', false, true);
END $$;

-- 403 and the like: the chat cannot be reached; everything that waits for it fails with the reason.
CREATE FUNCTION psycheos.outbox_stop_chat(p_id uuid, p_lease uuid, p_bot text, p_chat bigint, p_reason text)
    RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    v_stopped integer;
BEGIN
    INSERT INTO psycheos.send_pace AS p (bot_id, chat_id, unreachable_reason) VALUES (p_bot, p_chat, p_reason)
        ON CONFLICT (bot_id, chat_id) DO UPDATE SET unreachable_reason = p_reason, updated_at = now();
    PERFORM psycheos.outbox_finish(ARRAY[p_id], ARRAY[p_lease], 'failed', ARRAY[NULL::bigint], p_reason);
    INSERT INTO psycheos.operator_alerts (code, detail)
        SELECT 'danger_notice_failed', p_bot || ': ' || p_reason FROM psycheos.outbox_messages o
        WHERE o.bot_id = p_bot AND o.chat_id = p_chat AND o.status IN ('pending', 'held') AND o.kind = 'danger';
    UPDATE psycheos.outbox_messages o SET status = 'failed', last_error = p_reason, finished_at = now(), payload = NULL
        WHERE o.bot_id = p_bot AND o.chat_id = p_chat AND o.status IN ('pending', 'held');
    GET DIAGNOSTICS v_stopped = ROW_COUNT;
    RETURN v_stopped;
END $$;

-- Takes back messages whose sender died while sending: nobody knows whether they arrived.
CREATE FUNCTION psycheos.outbox_rescue() RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    m record;
    v_count integer := 0;
BEGIN
    FOR m IN SELECT o.outbox_id, o.lease FROM psycheos.outbox_messages o
             WHERE o.status = 'sending' AND o.lease_until < now() ORDER BY o.seq LIMIT 500 FOR UPDATE SKIP LOCKED
    LOOP
        PERFORM psycheos.outbox_retry(m.outbox_id, m.lease, 0, 'sender_died', true, false);
        v_count := v_count + 1;
    END LOOP;
    RETURN v_count;
END $$;
