-- Whom something of a result can be given to: of a screening its own client, of another tool's result the client of the case's
-- latest screening. No row when nobody opened one, or it was withdrawn.
CREATE FUNCTION psycheos.case_client(p_artifact uuid) RETURNS TABLE (chat_id bigint, run_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT l.bound_telegram_id, l.run_id
    FROM psycheos.artifacts a
    JOIN psycheos.link_tokens l ON l.context_id = a.context_id AND l.service_id = 'screen'
    JOIN psycheos.screenings s ON s.run_id = l.run_id
    WHERE a.artifact_id = p_artifact AND l.bound_telegram_id IS NOT NULL AND s.withdrawn_at IS NULL
      AND (a.service_id <> 'screen' OR l.run_id = a.run_id)
    ORDER BY l.used_at DESC NULLS LAST LIMIT 1
$$;
INSERT INTO psycheos.role_functions (role_name, function_name) VALUES
    ('psy_api', 'case_client'), ('psy_worker', 'case_client');

-- The specialist gives the portrait or the letter to the client, once.
CREATE OR REPLACE FUNCTION psycheos.portrait_release(p_artifact uuid, p_owner uuid)
    RETURNS TABLE (chat_id bigint, run_id uuid, context_id uuid)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
#variable_conflict use_column
DECLARE
    v_chat bigint;
    v_run uuid;
    v_context uuid;
BEGIN
    SELECT c.chat_id, c.run_id INTO v_chat, v_run FROM psycheos.case_client(p_artifact) c;
    IF v_chat IS NULL THEN
        RETURN;
    END IF;
    UPDATE psycheos.artifacts a SET released_at = now()
        WHERE a.artifact_id = p_artifact AND a.owner_user_id = p_owner AND a.service_id IN ('screen', 'conceptualizator')
          AND a.released_at IS NULL
        RETURNING a.context_id INTO v_context;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    INSERT INTO psycheos.audit_log (actor, role, action, context_id, artifact_id)
        VALUES ('user:' || p_owner, 'specialist', 'portrait_release', v_context, p_artifact);
    RETURN QUERY SELECT v_chat, v_run, v_context;
END $$;

-- The board of a model is a picture of its own.
ALTER TABLE psycheos.files
    DROP CONSTRAINT files_format_check,
    ADD CONSTRAINT files_format_check
        CHECK (format IN ('txt', 'docx', 'json', 'profile', 'portrait', 'board', 'finance', 'zip', 'upload'));

SELECT psycheos.secure();
