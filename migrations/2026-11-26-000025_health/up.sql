-- What an administrator sees of the platform's health, and what may be put right by hand.

-- What Telegram says of a bot's webhook: one row a bot, taken by the sender once a minute. Of Telegram's last error only our word for it.
CREATE TABLE psycheos.webhook_state (
    bot_id        text PRIMARY KEY CHECK (bot_id IN ('pro', 'screen', 'interpretator', 'conceptualizator', 'simulator')),
    url_matches   boolean,
    pending       integer,
    last_error    text CHECK (length(last_error) <= 40),
    last_error_at timestamptz,
    checked_at    timestamptz NOT NULL DEFAULT '-infinity'
);
INSERT INTO psycheos.webhook_state (bot_id) VALUES ('pro'), ('screen'), ('interpretator'), ('conceptualizator'), ('simulator');

-- How often Telegram answered 429, by bot and minute.
CREATE TABLE psycheos.send_refusals (
    bot_id  text NOT NULL,
    minute  timestamptz NOT NULL,
    count   integer NOT NULL DEFAULT 1,
    PRIMARY KEY (bot_id, minute)
);

-- As before, and counted.
CREATE OR REPLACE FUNCTION psycheos.outbox_slow_down(p_id uuid, p_lease uuid, p_bot text, p_chat bigint, p_after_ms bigint)
    RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_until timestamptz := clock_timestamp() + p_after_ms * interval '1 millisecond';
    v_recent integer;
BEGIN
    INSERT INTO psycheos.send_refusals AS r (bot_id, minute) VALUES (p_bot, date_trunc('minute', now()))
        ON CONFLICT (bot_id, minute) DO UPDATE SET count = r.count + 1;
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

-- A dead letter that is to be handled again waits here for the api: from this moment on.
ALTER TABLE psycheos.dead_updates ADD COLUMN retry_at timestamptz;
CREATE INDEX dead_updates_retry ON psycheos.dead_updates (retry_at) WHERE retry_at IS NOT NULL AND NOT dead;
CREATE INDEX jobs_failed ON psycheos.jobs (finished_at DESC) WHERE status = 'failed';
CREATE INDEX outbox_failed ON psycheos.outbox_messages (finished_at DESC) WHERE status = 'failed';

-- Whether a failed job may run again: one word. Where a run pays for it, its reserve must still be open: nothing is charged without one.
CREATE FUNCTION psycheos.job_requeueable(p_job uuid) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT CASE
        WHEN j.status <> 'failed' THEN 'gone'
        WHEN j.payload IS NULL THEN 'no_content'
        WHEN j.run_id IS NULL THEN 'yes'
        WHEN r.status NOT IN ('issued', 'active') THEN 'run_over'
        WHEN NOT EXISTS (SELECT FROM psycheos.usage_ledger u WHERE u.run_id = j.run_id AND u.status = 'reserved') THEN 'no_reserve'
        ELSE 'yes' END
    FROM psycheos.jobs j LEFT JOIN psycheos.runs r ON r.run_id = j.run_id WHERE j.job_id = p_job;
$$;

-- Runs a failed job again from its first attempt, if it may. The word of job_requeueable; nothing for no such job.
CREATE FUNCTION psycheos.job_requeue(p_job uuid) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    v_word text;
BEGIN
    PERFORM FROM psycheos.jobs j WHERE j.job_id = p_job FOR UPDATE;
    v_word := psycheos.job_requeueable(p_job);
    IF v_word = 'yes' THEN
        UPDATE psycheos.jobs SET status = 'queued', attempt_count = 0, run_after = now(), finished_at = NULL WHERE job_id = p_job;
    END IF;
    RETURN v_word;
END $$;

-- Puts a failed job aside for good: it is canceled, and what it was asked is forgotten.
CREATE FUNCTION psycheos.job_discard(p_job uuid) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    UPDATE psycheos.jobs SET status = 'canceled', payload = NULL WHERE job_id = p_job AND status = 'failed';
    RETURN FOUND;
END $$;

-- Whether a failed message may be sent again: one word. An answer to a pre-checkout is too late; an edit may undo a newer one; a refund that
-- was refused has gone back to the payment.
CREATE FUNCTION psycheos.message_requeueable(p_message uuid) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT CASE
        WHEN o.status <> 'failed' THEN 'gone'
        WHEN o.kind IN ('checkout', 'edit', 'progress') OR o.method = 'refundStarPayment' THEN 'too_late'
        WHEN o.payload IS NULL THEN 'no_content'
        WHEN EXISTS (SELECT FROM psycheos.send_pace p WHERE p.bot_id = o.bot_id AND p.chat_id = o.chat_id
                     AND p.unreachable_reason IS NOT NULL) THEN 'unreachable'
        ELSE 'yes' END
    FROM psycheos.outbox_messages o WHERE o.outbox_id = p_message;
$$;

CREATE FUNCTION psycheos.message_requeue(p_message uuid) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    v_word text;
BEGIN
    PERFORM FROM psycheos.outbox_messages o WHERE o.outbox_id = p_message FOR UPDATE;
    v_word := psycheos.message_requeueable(p_message);
    IF v_word = 'yes' THEN
        UPDATE psycheos.outbox_messages SET status = 'pending', attempt_count = 0, not_before = now(), finished_at = NULL
            WHERE outbox_id = p_message;
    END IF;
    RETURN v_word;
END $$;

CREATE FUNCTION psycheos.message_discard(p_message uuid) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    UPDATE psycheos.outbox_messages SET status = 'canceled', payload = NULL WHERE outbox_id = p_message AND status = 'failed';
    RETURN FOUND;
END $$;

-- A dead letter is handled again by the api as if it had just been delivered: it counts as not seen. One more failure makes it dead again.
CREATE FUNCTION psycheos.update_requeue(p_bot text, p_update bigint) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    d psycheos.dead_updates;
BEGIN
    SELECT * INTO d FROM psycheos.dead_updates t WHERE t.bot_id = p_bot AND t.update_id = p_update FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    ELSIF NOT d.dead THEN
        RETURN 'gone';
    ELSIF d.raw IS NULL THEN
        RETURN 'no_content';
    END IF;
    UPDATE psycheos.dead_updates SET dead = false, retry_at = now() WHERE bot_id = p_bot AND update_id = p_update;
    DELETE FROM psycheos.telegram_update_dedup WHERE bot_id = p_bot AND update_id = p_update;
    RETURN 'yes';
END $$;

CREATE FUNCTION psycheos.update_discard(p_bot text, p_update bigint) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    DELETE FROM psycheos.dead_updates WHERE bot_id = p_bot AND update_id = p_update AND dead;
    RETURN FOUND;
END $$;

INSERT INTO psycheos.role_grants (role_name, table_name, verbs) VALUES
    ('psy_api', 'webhook_state', 'SELECT'),
    ('psy_api', 'send_refusals', 'SELECT'),
    ('psy_sender', 'webhook_state', 'SELECT, UPDATE'),
    ('psy_sender', 'send_refusals', 'SELECT, INSERT, UPDATE'),
    ('psy_cron', 'send_refusals', 'SELECT, DELETE'),
    ('psy_ro', 'webhook_state', 'SELECT'),
    ('psy_ro', 'send_refusals', 'SELECT');
INSERT INTO psycheos.role_functions (role_name, function_name) VALUES
    ('psy_api', 'job_requeueable'), ('psy_api', 'job_requeue'), ('psy_api', 'job_discard'),
    ('psy_api', 'message_requeueable'), ('psy_api', 'message_requeue'), ('psy_api', 'message_discard'),
    ('psy_api', 'update_requeue'), ('psy_api', 'update_discard');

SELECT psycheos.secure();
