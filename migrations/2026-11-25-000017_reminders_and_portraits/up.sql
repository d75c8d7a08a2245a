-- Friendly reminders, each once: to a client who stopped on the way, to a specialist whose invitation nobody opened.
ALTER TABLE psycheos.screenings ADD COLUMN reminded_at timestamptz;
ALTER TABLE psycheos.link_tokens ADD COLUMN reminded_at timestamptz;
CREATE INDEX screenings_unfinished ON psycheos.screenings (created_at)
    WHERE completed_at IS NULL AND withdrawn_at IS NULL AND reminded_at IS NULL;

UPDATE psycheos.role_grants SET verbs = 'SELECT, UPDATE (reminded_at)' WHERE role_name = 'psy_cron' AND table_name = 'screenings';
INSERT INTO psycheos.role_grants (role_name, table_name, verbs) VALUES ('psy_cron', 'consents', 'SELECT');

-- A result's texts can be written anew a few times; the client's portrait is a file of its own.
ALTER TABLE psycheos.artifacts ADD COLUMN rewrites smallint NOT NULL DEFAULT 0 CHECK (rewrites BETWEEN 0 AND 3);
ALTER TABLE psycheos.files
    DROP CONSTRAINT files_format_check,
    ADD CONSTRAINT files_format_check
        CHECK (format IN ('txt', 'docx', 'json', 'profile', 'portrait', 'finance', 'zip', 'upload'));
UPDATE psycheos.role_grants SET verbs = 'SELECT, INSERT, UPDATE' WHERE role_name = 'psy_worker' AND table_name = 'artifacts';
UPDATE psycheos.role_grants SET verbs = 'SELECT, INSERT, UPDATE, DELETE' WHERE role_name = 'psy_worker' AND table_name = 'files';

-- The specialist gives the portrait to the client, once: the client's chat comes back. No row when it is not theirs, was
-- given before, or the client cannot be reached any more.
CREATE FUNCTION psycheos.portrait_release(p_artifact uuid, p_owner uuid)
    RETURNS TABLE (chat_id bigint, run_id uuid, context_id uuid)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
#variable_conflict use_column
DECLARE
    v_chat bigint;
    v_run uuid;
    v_context uuid;
BEGIN
    UPDATE psycheos.artifacts a SET released_at = now()
        FROM psycheos.link_tokens l, psycheos.screenings s
        WHERE a.artifact_id = p_artifact AND a.owner_user_id = p_owner AND a.service_id = 'screen' AND a.released_at IS NULL
          AND l.run_id = a.run_id AND l.bound_telegram_id IS NOT NULL AND s.run_id = a.run_id AND s.withdrawn_at IS NULL
        RETURNING l.bound_telegram_id, a.run_id, a.context_id INTO v_chat, v_run, v_context;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    INSERT INTO psycheos.audit_log (actor, role, action, context_id, artifact_id)
        VALUES ('user:' || p_owner, 'specialist', 'portrait_release', v_context, p_artifact);
    RETURN QUERY SELECT v_chat, v_run, v_context;
END $$;
INSERT INTO psycheos.role_functions (role_name, function_name) VALUES ('psy_api', 'portrait_release');

SELECT psycheos.secure();
