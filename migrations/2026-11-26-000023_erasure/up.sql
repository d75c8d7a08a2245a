-- What is kept no longer than it must be: accounts that are closed, cases that were put away a year ago, transcripts of training.

-- A closed account keeps its row, without anything that says whose it was: amounts hang on it.
ALTER TABLE psycheos.users
    DROP CONSTRAINT users_status_check,
    ADD CONSTRAINT users_status_check CHECK (status IN ('active', 'blocked', 'erased')),
    ADD CONSTRAINT users_erased_check CHECK ((status = 'erased') = (telegram_id < 0));
ALTER TABLE psycheos.erasure_log
    ADD COLUMN user_id uuid,
    ADD CONSTRAINT erasure_log_subject CHECK (subject IN ('case', 'account')),
    ADD CONSTRAINT erasure_log_whose CHECK ((subject = 'case') = (context_id IS NOT NULL) AND (subject = 'account') = (user_id IS NOT NULL));
ALTER TABLE psycheos.dead_updates ADD COLUMN chat_id bigint;
-- A run whose result was forgotten with time; it was charged all the same.
ALTER TABLE psycheos.runs ADD COLUMN forgotten_at timestamptz;
-- The specialist was told that the case goes soon.
ALTER TABLE psycheos.contexts ADD COLUMN end_told_at timestamptz;
CREATE INDEX contexts_put_away ON psycheos.contexts (archived_at) WHERE archived_at IS NOT NULL AND deleted_at IS NULL;

-- As before, with the chat of the update where it is known.
CREATE FUNCTION psycheos.update_failed(p_bot text, p_update bigint, p_raw bytea, p_reason text, p_limit integer, p_chat bigint)
    RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    v_dead boolean;
BEGIN
    v_dead := psycheos.update_failed(p_bot, p_update, p_raw, p_reason, p_limit);
    UPDATE psycheos.dead_updates d SET chat_id = p_chat WHERE d.bot_id = p_bot AND d.update_id = p_update;
    RETURN v_dead;
END $$;

-- Destroys the content of a case: first its key, then everything that was sealed with it. Amounts stay, without content.
CREATE OR REPLACE FUNCTION psycheos.case_erase(p_case uuid, p_owner uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    v_run uuid;
BEGIN
    PERFORM FROM psycheos.contexts WHERE context_id = p_case AND specialist_user_id = p_owner AND deleted_at IS NULL FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO psycheos.erasure_log (erasure_id, subject, context_id) VALUES (gen_random_uuid(), 'case', p_case);
    FOR v_run IN SELECT run_id FROM psycheos.runs WHERE context_id = p_case LOOP
        PERFORM psycheos.run_close(v_run, 'canceled', 'deleted', 'user');
    END LOOP;
    UPDATE psycheos.case_keys SET wrapped_dek = NULL, destroyed_at = now() WHERE context_id = p_case;
    DELETE FROM psycheos.files WHERE context_id = p_case;
    DELETE FROM psycheos.artifacts WHERE context_id = p_case;
    UPDATE psycheos.llm_calls SET response = NULL WHERE run_id IN (SELECT run_id FROM psycheos.runs WHERE context_id = p_case);
    UPDATE psycheos.screenings SET answers = NULL, results = NULL
        WHERE run_id IN (SELECT run_id FROM psycheos.runs WHERE context_id = p_case);
    UPDATE psycheos.jobs SET status = 'canceled', lease = NULL, lease_until = NULL, finished_at = now()
        WHERE context_id = p_case AND status IN ('queued', 'running');
    UPDATE psycheos.jobs SET payload = NULL WHERE context_id = p_case;
    UPDATE psycheos.outbox_messages
        SET status = CASE WHEN status IN ('pending', 'held') THEN 'canceled' ELSE status END,
            finished_at = CASE WHEN status IN ('pending', 'held') THEN now() ELSE finished_at END,
            last_error = CASE WHEN status IN ('pending', 'held') THEN 'case_deleted' ELSE last_error END,
            payload = CASE WHEN status = 'sending' THEN payload END
        WHERE context_id = p_case;
    UPDATE psycheos.bot_chat_state SET state = '', state_payload = NULL, context_id = NULL, run_id = NULL, version = version + 1
        WHERE context_id = p_case;
    -- Updates that failed may hold words of whoever was in the case.
    DELETE FROM psycheos.dead_updates d USING psycheos.link_tokens l
        WHERE l.context_id = p_case AND d.bot_id = l.service_id AND d.chat_id = l.bound_telegram_id;
    UPDATE psycheos.safety_events SET acknowledged_at = coalesce(acknowledged_at, now()) WHERE context_id = p_case;
    UPDATE psycheos.contexts SET client_ref = NULL, deleted_at = now() WHERE context_id = p_case;
    UPDATE psycheos.erasure_log SET done_at = now() WHERE context_id = p_case AND done_at IS NULL;
    RETURN true;
END $$;

-- Closes a specialist's account: every case with its content, the specialist's own key and what was sealed with it, and whatever says who it
-- was. What was paid and charged stays as amounts, and what is left of the balance with it. false: it is closed already.
CREATE FUNCTION psycheos.account_erase(p_user uuid) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    v_telegram bigint;
    v_case uuid;
BEGIN
    SELECT telegram_id INTO v_telegram FROM psycheos.users WHERE user_id = p_user AND status <> 'erased' FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO psycheos.erasure_log (erasure_id, subject, user_id) VALUES (gen_random_uuid(), 'account', p_user);
    FOR v_case IN SELECT context_id FROM psycheos.contexts WHERE specialist_user_id = p_user AND deleted_at IS NULL ORDER BY context_id LOOP
        PERFORM psycheos.case_erase(v_case, p_user);
    END LOOP;
    UPDATE psycheos.case_keys SET wrapped_dek = NULL, destroyed_at = now() WHERE user_id = p_user AND destroyed_at IS NULL;
    DELETE FROM psycheos.files WHERE owner_user_id = p_user;
    DELETE FROM psycheos.simulator_profiles WHERE user_id = p_user;
    UPDATE psycheos.service_keys SET revoked_at = coalesce(revoked_at, now()) WHERE owner_user_id = p_user;
    UPDATE psycheos.jobs SET status = 'canceled', lease = NULL, lease_until = NULL, finished_at = now()
        WHERE requester_user_id = p_user AND status IN ('queued', 'running');
    UPDATE psycheos.jobs SET payload = NULL WHERE requester_user_id = p_user AND payload IS NOT NULL;
    UPDATE psycheos.outbox_messages
        SET status = CASE WHEN status IN ('pending', 'held') THEN 'canceled' ELSE status END,
            finished_at = CASE WHEN status IN ('pending', 'held') THEN now() ELSE finished_at END,
            last_error = CASE WHEN status IN ('pending', 'held') THEN 'account_deleted' ELSE last_error END,
            payload = CASE WHEN status = 'sending' THEN payload END
        WHERE chat_id = v_telegram AND bot_id IN ('pro', 'screen', 'interpretator', 'conceptualizator', 'simulator');
    DELETE FROM psycheos.dead_updates WHERE chat_id = v_telegram;
    -- Pro's own chat may be in the middle of its turn, which writes it at the version it began with.
    UPDATE psycheos.bot_chat_state SET state = '', state_payload = NULL, context_id = NULL, run_id = NULL, user_id = NULL, role = NULL,
            version = version + 1
        WHERE chat_id = v_telegram AND bot_id IN ('interpretator', 'conceptualizator', 'simulator') AND user_id = p_user;
    UPDATE psycheos.bot_chat_state SET state = '', state_payload = NULL, context_id = NULL, run_id = NULL, user_id = NULL, role = NULL
        WHERE bot_id = 'pro' AND chat_id = v_telegram;
    UPDATE psycheos.payments SET payer_telegram_id = NULL, continue_context = NULL, continue_service = NULL, continue_days = NULL
        WHERE user_id = p_user;
    UPDATE psycheos.star_transactions SET payer_telegram_id = NULL WHERE payer_telegram_id = v_telegram;
    -- Negative, and beyond every id Telegram gives.
    UPDATE psycheos.users
        SET status = 'erased', full_name = '', username = NULL, language_code = NULL, locale = NULL, country = NULL, notify = false,
            telegram_id = -4503599627370496 - abs(hashtextextended(gen_random_uuid()::text, 0) % 4611686018427387904)
        WHERE user_id = p_user;
    INSERT INTO psycheos.audit_log (actor, role, action) VALUES ('user:' || p_user, 'specialist', 'account_erase');
    UPDATE psycheos.erasure_log SET done_at = now() WHERE user_id = p_user AND done_at IS NULL;
    RETURN true;
END $$;

-- Cases that were put away a year ago (psycheos.archive_interval) are erased. Returns how many.
CREATE FUNCTION psycheos.cases_expire(p_limit integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    c record;
    v_count integer := 0;
BEGIN
    FOR c IN SELECT context_id, specialist_user_id FROM psycheos.contexts
             WHERE deleted_at IS NULL
               AND archived_at < now() - coalesce(nullif(current_setting('psycheos.archive_interval', true), ''), '12 months')::interval
             ORDER BY archived_at LIMIT p_limit FOR UPDATE SKIP LOCKED LOOP
        PERFORM psycheos.case_erase(c.context_id, c.specialist_user_id);
        INSERT INTO psycheos.audit_log (actor, role, action, context_id) VALUES ('cron', 'clock', 'case_expire', c.context_id);
        v_count := v_count + 1;
    END LOOP;
    RETURN v_count;
END $$;

-- Results of training hold the whole conversation: they go after ninety days (psycheos.transcript_interval). The numbers stay in the
-- specialist's profile. Returns how many.
CREATE FUNCTION psycheos.transcripts_expire(p_limit integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    v_runs uuid[];
BEGIN
    SELECT array_agg(a.run_id) INTO v_runs FROM (
        SELECT run_id FROM psycheos.artifacts
        WHERE service_id = 'simulator'
          AND created_at < now() - coalesce(nullif(current_setting('psycheos.transcript_interval', true), ''), '90 days')::interval
        ORDER BY created_at LIMIT p_limit FOR UPDATE SKIP LOCKED) a;
    IF v_runs IS NULL THEN
        RETURN 0;
    END IF;
    UPDATE psycheos.runs SET forgotten_at = now() WHERE run_id = ANY (v_runs);
    DELETE FROM psycheos.artifacts WHERE run_id = ANY (v_runs);
    RETURN cardinality(v_runs);
END $$;
CREATE INDEX artifacts_of_training ON psycheos.artifacts (created_at) WHERE service_id = 'simulator';

-- What must be kept for three years, and no longer: consents with what hangs on them, danger signs, the audit log.
CREATE FUNCTION psycheos.records_expire(p_limit integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    v_old timestamptz := now() - coalesce(nullif(current_setting('psycheos.record_interval', true), ''), '3 years')::interval;
    v_consents uuid[];
    v_count integer;
    v_more integer;
BEGIN
    SELECT array_agg(k.consent_id) INTO v_consents FROM (
        SELECT k.consent_id FROM psycheos.consents k JOIN psycheos.runs r USING (run_id)
        WHERE k.granted_at < v_old AND coalesce(r.finished_at, k.granted_at) < v_old
          AND NOT EXISTS (SELECT FROM psycheos.artifacts a WHERE a.run_id = k.run_id)
        ORDER BY k.granted_at LIMIT p_limit FOR UPDATE OF k SKIP LOCKED) k;
    v_count := coalesce(cardinality(v_consents), 0);
    DELETE FROM psycheos.screenings WHERE consent_id = ANY (v_consents);
    DELETE FROM psycheos.consents WHERE consent_id = ANY (v_consents);
    DELETE FROM psycheos.safety_events WHERE event_id IN
        (SELECT event_id FROM psycheos.safety_events WHERE created_at < v_old LIMIT p_limit FOR UPDATE SKIP LOCKED);
    GET DIAGNOSTICS v_more = ROW_COUNT;
    v_count := v_count + v_more;
    DELETE FROM psycheos.audit_log WHERE audit_id IN
        (SELECT audit_id FROM psycheos.audit_log WHERE at < v_old ORDER BY audit_id LIMIT p_limit FOR UPDATE SKIP LOCKED);
    GET DIAGNOSTICS v_more = ROW_COUNT;
    RETURN v_count + v_more;
END $$;

-- Chats in which nothing is kept any more and nobody of ours speaks: strangers, and clients who have finished.
CREATE FUNCTION psycheos.chats_expire(p_limit integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    v_count integer;
BEGIN
    DELETE FROM psycheos.bot_chat_state WHERE (bot_id, chat_id) IN
        (SELECT bot_id, chat_id FROM psycheos.bot_chat_state
         WHERE user_id IS NULL AND run_id IS NULL AND state_payload IS NULL AND updated_at < now() - interval '30 days'
         LIMIT p_limit FOR UPDATE SKIP LOCKED);
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END $$;

CREATE OR REPLACE VIEW psycheos.invariants (id, broken) AS
    SELECT 'I1', 'entries sum to ' || sum(amount_stars) FROM psycheos.ledger_entries HAVING sum(amount_stars) <> 0
    UNION ALL
    SELECT 'I1', 'transaction ' || transaction_id || ' sums to ' || sum(amount_stars)
        FROM psycheos.ledger_entries GROUP BY transaction_id HAVING sum(amount_stars) <> 0
    UNION ALL
    SELECT 'I2', 'wallet ' || w.user_id || ' has ' || w.balance_stars || '/' || w.reserved_stars || '/' || w.debt_stars
                 || ', its entries ' || coalesce(e.balance, 0) || '/' || coalesce(e.reserved, 0) || '/' || coalesce(e.debt, 0)
        FROM psycheos.wallets w
        LEFT JOIN (SELECT user_id, sum(amount_stars) FILTER (WHERE account IN ('available', 'reserved')) AS balance,
                          sum(amount_stars) FILTER (WHERE account = 'reserved') AS reserved,
                          -sum(amount_stars) FILTER (WHERE account = 'debt') AS debt
                   FROM psycheos.ledger_entries GROUP BY user_id) e USING (user_id)
        WHERE w.balance_stars <> coalesce(e.balance, 0) OR w.reserved_stars <> coalesce(e.reserved, 0)
           OR w.debt_stars <> coalesce(e.debt, 0)
    UNION ALL
    SELECT 'I4', 'wallet ' || w.user_id || ' holds ' || w.reserved_stars || ' for operations of ' || coalesce(o.open, 0)
        FROM psycheos.wallets w
        LEFT JOIN (SELECT user_id, sum(cost_stars) AS open FROM psycheos.usage_ledger WHERE status = 'reserved' GROUP BY user_id) o
            USING (user_id)
        WHERE w.reserved_stars <> coalesce(o.open, 0)
    UNION ALL
    SELECT 'I5', 'operation ' || operation_id || ' is past its time'
        FROM psycheos.usage_ledger u WHERE status = 'reserved' AND reserved_until < now() - interval '5 minutes'
          AND NOT EXISTS (SELECT FROM psycheos.jobs j WHERE j.run_id = u.run_id AND j.status IN ('queued', 'running'))
    UNION ALL
    SELECT 'I6', 'operation ' || u.operation_id || ' was charged without an artifact'
        FROM psycheos.usage_ledger u
        JOIN psycheos.runs r USING (run_id)
        LEFT JOIN psycheos.artifacts a ON a.service_id = u.service_id AND a.run_id = u.run_id
        WHERE u.status = 'committed' AND a.artifact_id IS NULL AND r.cancel_reason IS DISTINCT FROM 'withdrawn'
          AND r.cancel_reason IS DISTINCT FROM 'deleted' AND r.forgotten_at IS NULL
    UNION ALL
    SELECT 'I7', 'artifact ' || a.artifact_id || ' was neither charged nor written off'
        FROM psycheos.artifacts a
        WHERE a.created_at < now() - interval '1 minute'
          AND EXISTS (SELECT FROM psycheos.usage_ledger u WHERE u.run_id = a.run_id AND u.cost_stars > 0)
          AND NOT EXISTS (SELECT FROM psycheos.usage_ledger u
                          WHERE u.run_id = a.run_id AND (u.status = 'committed' OR u.written_off_stars > 0))
    UNION ALL
    SELECT 'I8', 'payments and the external account differ by ' || d.difference
        FROM (SELECT coalesce((SELECT sum(stars) FROM psycheos.payments WHERE status = 'paid'), 0)
                   + coalesce((SELECT sum(amount_stars) FROM psycheos.ledger_entries WHERE account = 'external'), 0) AS difference) d
        WHERE d.difference <> 0
    UNION ALL
    SELECT 'I8', 'payment ' || payment_id || ' waits for its refund since ' || refund_created
        FROM (SELECT p.payment_id, o.created_at AS refund_created FROM psycheos.payments p
              LEFT JOIN psycheos.outbox_messages o ON o.outbox_id = p.refund_outbox_id
              WHERE p.status = 'refunding' AND (o.outbox_id IS NULL OR o.status NOT IN ('pending', 'sending'))) r
    UNION ALL
    SELECT 'I11', 'message ' || outbox_id || ' waits since ' || created_at
        FROM psycheos.outbox_messages o
        WHERE status IN ('pending', 'sending', 'held') AND not_before < now() - interval '1 hour'
    UNION ALL
    SELECT 'I19', 'job ' || job_id || ' has too many attempts'
        FROM psycheos.jobs WHERE attempt_count > max_attempts AND status IN ('queued', 'running');

INSERT INTO psycheos.role_grants (role_name, table_name, verbs) VALUES
    ('psy_worker', 'consents', 'SELECT'),
    ('psy_worker', 'wallets', 'SELECT'),
    ('psy_worker', 'ledger_entries', 'SELECT'),
    ('psy_worker', 'payments', 'SELECT');
UPDATE psycheos.role_grants SET verbs = 'SELECT, INSERT' WHERE role_name = 'psy_worker' AND table_name = 'audit_log';
UPDATE psycheos.role_grants SET verbs = 'SELECT, UPDATE (end_told_at)' WHERE role_name = 'psy_cron' AND table_name = 'contexts';
INSERT INTO psycheos.role_functions (role_name, function_name) VALUES
    ('psy_api', 'account_erase'),
    ('psy_cron', 'cases_expire'), ('psy_cron', 'transcripts_expire'), ('psy_cron', 'records_expire'), ('psy_cron', 'chats_expire');

SELECT psycheos.secure();
