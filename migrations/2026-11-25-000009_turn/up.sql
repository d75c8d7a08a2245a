-- The fixed part of a turn, in one statement at each end. plpgsql keeps its plans on the server connection, which
-- survives transaction pooling.

-- Opens a turn: the update is marked as seen, the chat's row is locked, and what every turn needs comes back.
-- No row with fresh = true means that the update was handled before. A concurrent duplicate waits on the unique index.
CREATE FUNCTION psycheos.turn_open(p_bot text, p_update bigint, p_chat bigint)
    RETURNS TABLE (fresh boolean, opened_at timestamptz, version bigint, state text, state_payload bytea, context_id uuid,
                   run_id uuid, user_id uuid, blocked boolean, full_name text, locale text, country text, notify boolean,
                   invitation_days smallint)
    LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    IF p_update IS NOT NULL THEN
        INSERT INTO psycheos.telegram_update_dedup (bot_id, update_id, chat_id) VALUES (p_bot, p_update, p_chat)
            ON CONFLICT DO NOTHING;
        IF NOT FOUND THEN
            RETURN QUERY SELECT false, clock_timestamp(), NULL::bigint, NULL::text, NULL::bytea, NULL::uuid, NULL::uuid,
                NULL::uuid, NULL::boolean, NULL::text, NULL::text, NULL::text, NULL::boolean, NULL::smallint;
            RETURN;
        END IF;
        -- Whoever writes to us can be written to again, and what failed before has not failed now.
        UPDATE psycheos.send_pace p SET unreachable_reason = NULL, updated_at = now()
            WHERE p.bot_id = p_bot AND p.chat_id = p_chat AND p.unreachable_reason IS NOT NULL;
        DELETE FROM psycheos.dead_updates d WHERE d.bot_id = p_bot AND d.update_id = p_update AND NOT d.dead;
    END IF;
    INSERT INTO psycheos.bot_chat_state (bot_id, chat_id) VALUES (p_bot, p_chat) ON CONFLICT DO NOTHING;
    RETURN QUERY
        SELECT true, clock_timestamp(), s.version, s.state, s.state_payload, s.context_id, s.run_id, u.user_id,
               u.status = 'blocked', u.full_name, coalesce(u.locale, u.language_code), u.country, u.notify, u.invitation_days
        FROM psycheos.bot_chat_state s
        LEFT JOIN psycheos.users u ON u.telegram_id = p_chat
        WHERE s.bot_id = p_bot AND s.chat_id = p_chat
        FOR UPDATE OF s;
END $$;

-- Puts messages into the outbox. Producers of a chat hold its row lock, so that seq is the order of the chat; chats are
-- locked in one order. A message to a chat that cannot be reached fails at once, with the reason. An edit that is still
-- waiting is superseded by a newer edit of the same message. A danger notice holds what is less urgent in its chat.
CREATE FUNCTION psycheos.outbox_put(
    p_ids uuid[], p_bots text[], p_chats bigint[], p_contexts uuid[], p_runs uuid[], p_lanes smallint[], p_kinds text[],
    p_methods text[], p_payloads bytea[], p_files uuid[], p_depends uuid[], p_targets bigint[], p_keys text[],
    p_traceparent text, p_correlation text) RETURNS void
    LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO psycheos.bot_chat_state (bot_id, chat_id)
        SELECT DISTINCT b, c FROM unnest(p_bots, p_chats) t(b, c) WHERE c IS NOT NULL ORDER BY b, c
        ON CONFLICT DO NOTHING;
    PERFORM FROM psycheos.bot_chat_state s
        WHERE (s.bot_id, s.chat_id) IN (SELECT b, c FROM unnest(p_bots, p_chats) t(b, c))
        ORDER BY s.bot_id, s.chat_id FOR UPDATE;

    UPDATE psycheos.outbox_messages o
        SET status = 'canceled', last_error = 'superseded', finished_at = now(), payload = NULL
        FROM unnest(p_bots, p_chats, p_targets, p_kinds) t(b, c, target, k)
        WHERE t.k = 'edit' AND o.bot_id = t.b AND o.chat_id = t.c AND o.target_message_id = t.target
          AND o.kind = 'edit' AND o.status = 'pending' AND o.attempt_count = 0;

    UPDATE psycheos.outbox_messages o SET status = 'held'
        FROM unnest(p_bots, p_chats, p_lanes) t(b, c, l)
        WHERE t.l = 0 AND o.bot_id = t.b AND o.chat_id = t.c AND o.lane >= 2 AND o.status = 'pending';

    INSERT INTO psycheos.outbox_messages
        (outbox_id, bot_id, chat_id, context_id, run_id, lane, kind, method, payload, file_id, depends_on, target_message_id,
         idempotency_key, traceparent, correlation_id, status, last_error, finished_at)
    SELECT t.id, t.b, t.c, t.ctx, t.run, t.l, t.k, t.m, CASE WHEN p.unreachable_reason IS NULL THEN t.body END, t.f, t.dep,
           t.target, t.key, p_traceparent, p_correlation,
           CASE WHEN p.unreachable_reason IS NULL THEN 'pending' ELSE 'failed' END,
           p.unreachable_reason,
           CASE WHEN p.unreachable_reason IS NULL THEN NULL ELSE now() END
    FROM unnest(p_ids, p_bots, p_chats, p_contexts, p_runs, p_lanes, p_kinds, p_methods, p_payloads, p_files, p_depends,
                p_targets, p_keys)
         WITH ORDINALITY t(id, b, c, ctx, run, l, k, m, body, f, dep, target, key, n)
    LEFT JOIN psycheos.send_pace p ON p.bot_id = t.b AND p.chat_id = t.c
    ORDER BY t.n
    ON CONFLICT DO NOTHING;
END $$;

-- Closes a turn: the chat's state and the messages. Fails when the row is not at the version the turn began with.
CREATE FUNCTION psycheos.turn_close(
    p_bot text, p_chat bigint, p_version bigint, p_state text, p_payload bytea, p_user uuid, p_role text, p_context uuid,
    p_run uuid,
    p_ids uuid[], p_bots text[], p_chats bigint[], p_contexts uuid[], p_runs uuid[], p_lanes smallint[], p_kinds text[],
    p_methods text[], p_payloads bytea[], p_files uuid[], p_depends uuid[], p_targets bigint[], p_keys text[],
    p_traceparent text, p_correlation text) RETURNS void
    LANGUAGE plpgsql AS $$
BEGIN
    UPDATE psycheos.bot_chat_state s
        SET state = p_state, state_payload = p_payload, user_id = p_user, role = p_role, context_id = p_context,
            run_id = p_run, version = p_version + 1, updated_at = now()
        WHERE s.bot_id = p_bot AND s.chat_id = p_chat AND s.version = p_version;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the chat moved on during its turn' USING ERRCODE = 'serialization_failure';
    END IF;
    IF cardinality(p_ids) > 0 THEN
        PERFORM psycheos.outbox_put(p_ids, p_bots, p_chats, p_contexts, p_runs, p_lanes, p_kinds, p_methods, p_payloads,
                                    p_files, p_depends, p_targets, p_keys, p_traceparent, p_correlation);
    END IF;
END $$;

-- Opens a pass: one guarded UPDATE checks and binds. The answer is one word.
CREATE FUNCTION psycheos.pass_open(p_hash bytea, p_bot text, p_service text, p_person bigint)
    RETURNS TABLE (outcome text, run_id uuid, context_id uuid)
    LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    v_tries integer;
    v_run uuid;
    v_context uuid;
    v_first boolean;
    v_taken boolean;
BEGIN
    SELECT t.tries INTO v_tries FROM psycheos.pass_tries t
        WHERE t.bot_id = p_bot AND t.telegram_id = p_person AND t.since > now() - interval '10 minutes';
    IF v_tries >= 10 THEN
        RETURN QUERY SELECT 'too_many_tries', NULL::uuid, NULL::uuid;
        RETURN;
    END IF;

    -- The specialist who made a client's pass does not use it up by looking at it.
    IF EXISTS (SELECT FROM psycheos.link_tokens l JOIN psycheos.users u ON u.user_id = l.issued_by
               WHERE l.token_hash = p_hash AND l.role = 'client' AND u.telegram_id = p_person) THEN
        RETURN QUERY SELECT 'own', NULL::uuid, NULL::uuid;
        RETURN;
    END IF;

    UPDATE psycheos.link_tokens l
        SET bound_telegram_id = p_person, used_at = coalesce(l.used_at, now()), token = NULL
        FROM psycheos.runs r
        WHERE l.token_hash = p_hash AND l.service_id = p_service AND l.revoked_at IS NULL AND l.expires_at > now()
          AND (l.bound_telegram_id IS NULL OR l.bound_telegram_id = p_person)
          AND r.run_id = l.run_id AND r.status IN ('issued', 'active')
          -- An archived case takes nobody in; who is inside already may finish.
          AND (r.status = 'active' OR EXISTS (SELECT FROM psycheos.contexts c
                                              WHERE c.context_id = l.context_id AND c.archived_at IS NULL AND c.deleted_at IS NULL))
        RETURNING l.run_id, l.context_id, r.status = 'issued' INTO v_run, v_context, v_first;
    IF FOUND THEN
        UPDATE psycheos.runs r SET status = 'active', started_at = coalesce(r.started_at, now())
            WHERE r.run_id = v_run AND r.status = 'issued';
        UPDATE psycheos.contexts c SET last_activity_at = now(), status = CASE c.status WHEN 'draft' THEN 'active' ELSE c.status END
            WHERE c.context_id = v_context;
        RETURN QUERY SELECT CASE WHEN v_first THEN 'first' ELSE 'again' END, v_run, v_context;
        RETURN;
    END IF;

    SELECT l.bound_telegram_id <> p_person INTO v_taken FROM psycheos.link_tokens l
        WHERE l.token_hash = p_hash AND l.service_id = p_service AND l.revoked_at IS NULL AND l.expires_at > now();
    IF v_taken IS NULL THEN
        INSERT INTO psycheos.pass_tries AS t (bot_id, telegram_id, since, tries) VALUES (p_bot, p_person, now(), 1)
            ON CONFLICT (bot_id, telegram_id) DO UPDATE SET
                tries = CASE WHEN t.since > now() - interval '10 minutes' THEN t.tries + 1 ELSE 1 END,
                since = CASE WHEN t.since > now() - interval '10 minutes' THEN t.since ELSE now() END;
    END IF;
    RETURN QUERY SELECT CASE WHEN v_taken THEN 'taken' ELSE 'unavailable' END, NULL::uuid, NULL::uuid;
END $$;

-- Counts a failure of an update that is our fault; the fifth makes it a dead letter, which counts as seen.
CREATE FUNCTION psycheos.update_failed(p_bot text, p_update bigint, p_raw bytea, p_reason text, p_limit integer)
    RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    v_failures integer;
BEGIN
    INSERT INTO psycheos.dead_updates AS d (bot_id, update_id, raw, reason) VALUES (p_bot, p_update, p_raw, p_reason)
        ON CONFLICT (bot_id, update_id) DO UPDATE SET failures = d.failures + 1, reason = excluded.reason, raw = excluded.raw
        RETURNING d.failures INTO v_failures;
    IF v_failures < p_limit THEN
        RETURN false;
    END IF;
    UPDATE psycheos.dead_updates d SET dead = true WHERE d.bot_id = p_bot AND d.update_id = p_update;
    INSERT INTO psycheos.telegram_update_dedup (bot_id, update_id) VALUES (p_bot, p_update) ON CONFLICT DO NOTHING;
    INSERT INTO psycheos.operator_alerts (code, detail) VALUES ('dead_letter', p_bot || ': ' || p_reason);
    RETURN true;
END $$;
