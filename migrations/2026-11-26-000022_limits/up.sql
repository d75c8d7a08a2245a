-- How much one person may ask for. The counters stand in the chat's row, which a turn locks and writes anyway, so they cost nothing.
-- Functions of the release before stay as they are: both releases run side by side for a while.
ALTER TABLE psycheos.bot_chat_state
    ADD COLUMN minute_since timestamptz,
    ADD COLUMN minute_updates integer NOT NULL DEFAULT 0,
    ADD COLUMN hour_since timestamptz,
    ADD COLUMN hour_replies integer NOT NULL DEFAULT 0;

-- Opens a turn as turn_open does, and says which of the updates this person's minute has no room for this one is (0: it has room), and how
-- many replies a stranger got within the hour. An update without room is counted here: its turn may not be made. How many there is room
-- for is the setting psycheos.updates_per_minute, 60 unless it is set; the hour is psycheos.stranger_interval.
CREATE FUNCTION psycheos.turn_begin(p_bot text, p_update bigint, p_chat bigint)
    RETURNS TABLE (fresh boolean, opened_at timestamptz, version bigint, state text, state_payload bytea, context_id uuid,
                   run_id uuid, user_id uuid, blocked boolean, full_name text, locale text, country text, notify boolean,
                   invitation_days smallint, over integer, replies integer)
    LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    v_over integer;
BEGIN
    IF p_update IS NOT NULL THEN
        INSERT INTO psycheos.telegram_update_dedup (bot_id, update_id, chat_id) VALUES (p_bot, p_update, p_chat)
            ON CONFLICT DO NOTHING;
        IF NOT FOUND THEN
            RETURN QUERY SELECT false, clock_timestamp(), NULL::bigint, NULL::text, NULL::bytea, NULL::uuid, NULL::uuid,
                NULL::uuid, NULL::boolean, NULL::text, NULL::text, NULL::text, NULL::boolean, NULL::smallint, NULL::integer,
                NULL::integer;
            RETURN;
        END IF;
        -- Whoever writes to us can be written to again, and what failed before has not failed now.
        UPDATE psycheos.send_pace p SET unreachable_reason = NULL, updated_at = now()
            WHERE p.bot_id = p_bot AND p.chat_id = p_chat AND p.unreachable_reason IS NOT NULL;
        DELETE FROM psycheos.dead_updates d WHERE d.bot_id = p_bot AND d.update_id = p_update AND NOT d.dead;
    END IF;
    INSERT INTO psycheos.bot_chat_state (bot_id, chat_id) VALUES (p_bot, p_chat) ON CONFLICT DO NOTHING;
    SELECT true, clock_timestamp(), s.version, s.state, s.state_payload, s.context_id, s.run_id, u.user_id,
           u.status = 'blocked', u.full_name, coalesce(u.locale, u.language_code), u.country, u.notify, u.invitation_days,
           greatest(0, CASE WHEN s.minute_since > now() - interval '1 minute' THEN s.minute_updates ELSE 0 END + 1
                       - coalesce(nullif(current_setting('psycheos.updates_per_minute', true), '')::integer, 60)),
           CASE WHEN s.hour_since > now() - coalesce(nullif(current_setting('psycheos.stranger_interval', true), ''), '1 hour')::interval
                THEN s.hour_replies ELSE 0 END
        INTO fresh, opened_at, version, state, state_payload, context_id, run_id, user_id, blocked, full_name, locale, country, notify,
             invitation_days, over, replies
        FROM psycheos.bot_chat_state s
        LEFT JOIN psycheos.users u ON u.telegram_id = p_chat
        WHERE s.bot_id = p_bot AND s.chat_id = p_chat
        FOR UPDATE OF s;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the chat was forgotten at this moment' USING ERRCODE = 'serialization_failure';
    END IF;
    v_over := over;
    IF p_update IS NOT NULL AND v_over > 0 THEN
        UPDATE psycheos.bot_chat_state s SET minute_updates = s.minute_updates + 1 WHERE s.bot_id = p_bot AND s.chat_id = p_chat;
    END IF;
    RETURN NEXT;
END $$;

-- Closes a turn: the chat's state, the messages, and what is counted: an update of the minute, a reply to a stranger. Fails when the
-- row is not at the version the turn began with.
CREATE FUNCTION psycheos.turn_close(
    p_bot text, p_chat bigint, p_version bigint, p_state text, p_payload bytea, p_user uuid, p_role text, p_context uuid,
    p_run uuid,
    p_ids uuid[], p_bots text[], p_chats bigint[], p_contexts uuid[], p_runs uuid[], p_lanes smallint[], p_kinds text[],
    p_methods text[], p_payloads bytea[], p_files uuid[], p_depends uuid[], p_targets bigint[], p_keys text[],
    p_traceparent text, p_correlation text, p_counted boolean, p_stranger boolean) RETURNS void
    LANGUAGE plpgsql AS $$
BEGIN
    UPDATE psycheos.bot_chat_state s
        SET state = p_state, state_payload = p_payload, user_id = p_user, role = p_role, context_id = p_context,
            run_id = p_run, version = p_version + 1, updated_at = now(),
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
