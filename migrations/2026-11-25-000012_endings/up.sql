-- How runs end, and how content is destroyed.

-- What all endings of a run share: open work on it stops, its pass closes, its reserve is released.
CREATE FUNCTION psycheos.run_close(p_run uuid, p_status text, p_reason text, p_release text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    v_closed boolean;
BEGIN
    UPDATE psycheos.runs SET status = p_status, cancel_reason = p_reason, finished_at = coalesce(finished_at, now()), state = NULL
        WHERE run_id = p_run AND (status IN ('issued', 'active') OR p_reason IN ('withdrawn', 'deleted'));
    v_closed := FOUND;
    UPDATE psycheos.jobs SET status = 'canceled', lease = NULL, lease_until = NULL, finished_at = now(), payload = NULL
        WHERE run_id = p_run AND status IN ('queued', 'running');
    UPDATE psycheos.link_tokens SET revoked_at = coalesce(revoked_at, now()), token = NULL WHERE run_id = p_run AND revoked_at IS NULL;
    PERFORM psycheos.usage_cancel(p_run, 'run', p_release);
    RETURN v_closed;
END $$;

-- A failed run keeps its pass unrevoked history but releases what was held.
CREATE FUNCTION psycheos.run_failed(p_run uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    UPDATE psycheos.runs SET status = 'failed', finished_at = now() WHERE run_id = p_run AND status IN ('issued', 'active');
    PERFORM psycheos.usage_cancel(p_run, 'run', 'failed');
END $$;

-- Takes back a pass nobody opened: true when it was still unopened and the owner's.
CREATE FUNCTION psycheos.pass_revoke(p_pass uuid, p_owner uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    v_run uuid;
BEGIN
    UPDATE psycheos.link_tokens SET revoked_at = now(), token = NULL
        WHERE jti = p_pass AND issued_by = p_owner AND used_at IS NULL AND revoked_at IS NULL RETURNING run_id INTO v_run;
    IF v_run IS NULL THEN
        RETURN false;
    END IF;
    RETURN psycheos.run_close(v_run, 'canceled', 'revoked', 'revoked');
END $$;

-- The client withdraws: answers, report and files go, the case stays.
CREATE FUNCTION psycheos.screening_withdraw(p_run uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    v_closed boolean;
BEGIN
    v_closed := psycheos.run_close(p_run, 'canceled', 'withdrawn', 'user');
    UPDATE psycheos.screenings SET answers = NULL, results = NULL, withdrawn_at = now() WHERE run_id = p_run AND withdrawn_at IS NULL;
    UPDATE psycheos.consents SET withdrawn_at = now() WHERE run_id = p_run AND withdrawn_at IS NULL;
    DELETE FROM psycheos.files WHERE run_id = p_run;
    DELETE FROM psycheos.artifacts WHERE run_id = p_run;
    UPDATE psycheos.llm_calls SET response = NULL WHERE run_id = p_run;
    UPDATE psycheos.outbox_messages SET payload = NULL WHERE run_id = p_run AND status IN ('sent', 'failed', 'canceled');
    RETURN v_closed;
END $$;

-- Destroys the content of a case: first its key, then everything that was sealed with it. Amounts stay, without content.
CREATE FUNCTION psycheos.case_erase(p_case uuid, p_owner uuid) RETURNS boolean
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
    UPDATE psycheos.safety_events SET acknowledged_at = coalesce(acknowledged_at, now()) WHERE context_id = p_case;
    UPDATE psycheos.contexts SET client_ref = NULL, deleted_at = now() WHERE context_id = p_case;
    UPDATE psycheos.erasure_log SET done_at = now() WHERE context_id = p_case AND done_at IS NULL;
    RETURN true;
END $$;

-- Passes past their time: the run ends, what was held is released. Returns how many.
CREATE FUNCTION psycheos.passes_expire(p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    p record;
    v_count integer := 0;
BEGIN
    FOR p IN
        SELECT l.run_id FROM psycheos.link_tokens l JOIN psycheos.runs r USING (run_id)
        WHERE l.expires_at < now() AND r.status IN ('issued', 'active')
          AND NOT EXISTS (SELECT FROM psycheos.jobs j WHERE j.run_id = l.run_id AND j.status IN ('queued', 'running'))
        ORDER BY l.expires_at LIMIT p_limit FOR UPDATE OF l SKIP LOCKED
    LOOP
        UPDATE psycheos.runs SET status = 'expired', finished_at = now() WHERE run_id = p.run_id AND status IN ('issued', 'active');
        UPDATE psycheos.link_tokens SET token = NULL WHERE run_id = p.run_id;
        PERFORM psycheos.usage_cancel(p.run_id, 'run', 'expired');
        v_count := v_count + 1;
    END LOOP;
    RETURN v_count;
END $$;
