-- The guide: a question belongs to a specialist and to no run, so its steps are told apart by their job.
ALTER TABLE psycheos.llm_calls
    ADD CONSTRAINT llm_calls_whose CHECK (run_id IS NOT NULL OR job_id IS NOT NULL);
CREATE UNIQUE INDEX llm_calls_of_job ON psycheos.llm_calls (job_id, step, request_fingerprint) WHERE run_id IS NULL;

-- A job of a specialist's own that nobody waits for any more is canceled; what it was asked, and what models said for it, is forgotten.
-- One that another transaction writes at this moment stays as it is: it ends by itself. Whether it was canceled.
CREATE FUNCTION psycheos.job_abandon(p_job uuid, p_owner uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM FROM psycheos.jobs j
        WHERE j.job_id = p_job AND j.requester_user_id = p_owner AND j.run_id IS NULL AND j.status IN ('queued', 'running')
        FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE psycheos.jobs SET status = 'canceled', lease = NULL, lease_until = NULL, finished_at = now(), payload = NULL
        WHERE job_id = p_job;
    UPDATE psycheos.llm_calls SET response = NULL WHERE job_id = p_job AND run_id IS NULL AND response IS NOT NULL;
    RETURN true;
END $$;

-- As before, with what models said for the specialist's own jobs. Closes a specialist's account: every case with its content, the specialist's own key and what was sealed with it, and whatever says who it
-- was. What was paid and charged stays as amounts, and what is left of the balance with it. false: it is closed already.
CREATE OR REPLACE FUNCTION psycheos.account_erase(p_user uuid) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
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
    UPDATE psycheos.llm_calls SET response = NULL
        WHERE run_id IS NULL AND response IS NOT NULL
          AND job_id IN (SELECT job_id FROM psycheos.jobs WHERE requester_user_id = p_user);
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

INSERT INTO psycheos.role_functions (role_name, function_name) VALUES ('psy_api', 'job_abandon');

SELECT psycheos.secure();
