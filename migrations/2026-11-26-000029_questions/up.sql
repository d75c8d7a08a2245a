-- A turn that only asks whether something is meant leaves the chat at its version: by a question nothing has happened, and what was asked before
-- may still be answered. p_asked has a default for services of the release before.
DROP FUNCTION psycheos.turn_close(text, bigint, bigint, text, bytea, uuid, text, uuid, uuid, uuid[], text[], bigint[], uuid[], uuid[],
                                  smallint[], text[], text[], bytea[], uuid[], uuid[], bigint[], text[], text, text, boolean, boolean);

-- Closes a turn: the chat's state, the messages, and what is counted: an update of the minute, a reply to a stranger. Fails when the
-- row is not at the version the turn began with.
CREATE FUNCTION psycheos.turn_close(
    p_bot text, p_chat bigint, p_version bigint, p_state text, p_payload bytea, p_user uuid, p_role text, p_context uuid,
    p_run uuid,
    p_ids uuid[], p_bots text[], p_chats bigint[], p_contexts uuid[], p_runs uuid[], p_lanes smallint[], p_kinds text[],
    p_methods text[], p_payloads bytea[], p_files uuid[], p_depends uuid[], p_targets bigint[], p_keys text[],
    p_traceparent text, p_correlation text, p_counted boolean, p_stranger boolean,
    p_asked boolean DEFAULT false) RETURNS void
    LANGUAGE plpgsql AS $$
BEGIN
    UPDATE psycheos.bot_chat_state s
        SET state = p_state, state_payload = p_payload, user_id = p_user, role = p_role, context_id = p_context,
            run_id = p_run, version = p_version + (NOT p_asked)::integer, updated_at = now(),
            minute_since = CASE WHEN NOT p_counted OR s.minute_since > now() - interval '1 minute' THEN s.minute_since ELSE now() END,
            minute_updates = CASE WHEN NOT p_counted THEN s.minute_updates
                                  WHEN s.minute_since > now() - interval '1 minute' THEN s.minute_updates + 1 ELSE 1 END,
            hour_since = CASE WHEN NOT p_stranger OR s.hour_since > now() - interval '1 hour' THEN s.hour_since ELSE now() END,
            hour_replies = CASE WHEN NOT p_stranger THEN s.hour_replies
                                WHEN s.hour_since > now() - interval '1 hour' THEN s.hour_replies + 1 ELSE 1 END
        WHERE s.bot_id = p_bot AND s.chat_id = p_chat AND s.version = p_version;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the chat moved on during its turn' USING ERRCODE = 'serialization_failure';
    END IF;
    IF cardinality(p_ids) > 0 THEN
        PERFORM psycheos.outbox_put(p_ids, p_bots, p_chats, p_contexts, p_runs, p_lanes, p_kinds, p_methods, p_payloads,
                                    p_files, p_depends, p_targets, p_keys, p_traceparent, p_correlation);
    END IF;
END $$;

SELECT psycheos.secure();
