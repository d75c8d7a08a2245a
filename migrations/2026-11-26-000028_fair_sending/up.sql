-- Each bot is served by itself, at the rate Telegram permits it: a bot with more to say than it may is left out of a claim until it may again,
-- and takes nothing from the others meanwhile.

-- In a bot's own row (chat 0) next_at is its whole rate and bulk_at that of lanes 2 and 3, both as next_at of a chat: the theoretical arrival
-- time of the generic cell rate algorithm.
ALTER TABLE psycheos.send_pace ADD COLUMN bulk_at timestamptz NOT NULL DEFAULT '-infinity';

-- The pace of a bot: thirty messages a second, bursts of thirty pass; of bulk five in six of that, with bursts of six. An operator changes it
-- without a deploy: ALTER DATABASE … SET psycheos.bot_interval = '40 milliseconds'.
CREATE FUNCTION psycheos.bot_interval() RETURNS interval LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT greatest(coalesce(nullif(current_setting('psycheos.bot_interval', true), ''), '33.334 milliseconds')::interval,
                          interval '0.1 milliseconds') $$;

-- From the messages of one bot, in their order.
CREATE INDEX outbox_waiting ON psycheos.outbox_messages (bot_id, lane, seq) WHERE status = 'pending';
DROP INDEX psycheos.outbox_pending;

-- Claims messages that may go now, at most the head of each chat: of each bot as many as it has room for (p_rooms, in the order of p_bots;
-- without it p_limit in all) and as its rate permits. Danger notices skip every pace, never a freeze of their chat, and wait for no lock. Paces
-- are taken here, so that any number of senders share them: a bot that another sender is claiming for at this moment is left to it. Lanes go in
-- their order, but when nothing of lanes 2 and 3 has gone for six times the bot's interval, the first of them goes before replies. Where nothing
-- waits or nothing may go, nothing is locked or written.
DROP FUNCTION psycheos.outbox_claim(text[], integer, uuid, integer, smallint[]);
CREATE FUNCTION psycheos.outbox_claim(p_bots text[], p_limit integer, p_lease uuid, p_lease_secs integer, p_lanes smallint[],
                                      p_rooms integer[] DEFAULT NULL)
    RETURNS SETOF psycheos.outbox_messages LANGUAGE plpgsql AS $$
DECLARE
    m psycheos.outbox_messages;
    v_bot text;
    v_room integer;
    v_taken integer := 0;
    v_rate interval := psycheos.bot_interval();
    v_bulk_rate interval := v_rate * 1.2;
    v_now timestamptz;
    v_pace psycheos.send_pace;
    v_may integer;
    v_may_bulk integer;
    v_hungry boolean;
    v_lowest smallint := (SELECT min(lane) FROM unnest(p_lanes) lane);
    v_highest smallint := (SELECT max(lane) FROM unnest(p_lanes) lane);
    v_from smallint;
    v_to smallint;
    v_most integer;
    v_sent integer;
    v_sent_bulk integer;
BEGIN
    FOR v_bot, v_room IN SELECT b.bot, coalesce(b.room, p_limit) FROM unnest(p_bots, p_rooms) WITH ORDINALITY b(bot, room, place) ORDER BY b.place
    LOOP
        v_room := least(v_room, p_limit - v_taken);
        CONTINUE WHEN v_room <= 0 OR NOT EXISTS (
            SELECT FROM psycheos.outbox_messages w
            WHERE w.status = 'pending' AND w.bot_id = v_bot AND w.lane BETWEEN v_lowest AND v_highest AND w.not_before <= now());
        CONTINUE WHEN v_lowest > 0 AND EXISTS (
            SELECT FROM psycheos.send_pace b WHERE b.bot_id = v_bot AND b.chat_id = 0 AND b.next_at > clock_timestamp() + 29 * v_rate);
        v_may := 0;
        v_may_bulk := 0;
        v_hungry := false;
        v_sent := 0;
        v_sent_bulk := 0;
        IF p_lanes && ARRAY[1, 2, 3]::smallint[] THEN
            SELECT b.* INTO v_pace FROM psycheos.send_pace b WHERE b.bot_id = v_bot AND b.chat_id = 0 FOR UPDATE SKIP LOCKED;
            IF NOT FOUND THEN
                INSERT INTO psycheos.send_pace AS b (bot_id, chat_id) VALUES (v_bot, 0) ON CONFLICT DO NOTHING RETURNING b.* INTO v_pace;
            END IF;
            IF FOUND THEN
                v_now := clock_timestamp();
                -- One that has gone leaves bulk_at one bulk interval ahead of itself.
                v_hungry := v_pace.bulk_at <= v_now - 6 * v_rate + v_bulk_rate;
                v_pace.next_at := greatest(v_pace.next_at, v_now);
                v_pace.bulk_at := greatest(v_pace.bulk_at, v_now);
                IF v_pace.frozen_until <= v_now OR v_pace.refusals < 6 THEN
                    v_may := floor(extract(epoch FROM v_now + 30 * v_rate - v_pace.next_at) / extract(epoch FROM v_rate));
                END IF;
                IF v_pace.frozen_until <= v_now THEN
                    v_may_bulk := floor(extract(epoch FROM v_now + 6 * v_bulk_rate - v_pace.bulk_at) / extract(epoch FROM v_bulk_rate));
                END IF;
            END IF;
        END IF;
        -- As a range, which an index has without looking at what is outside of it.
        v_to := least(v_highest, CASE WHEN v_may > 0 AND v_may_bulk > 0 THEN 3 WHEN v_may > 0 THEN 1 ELSE 0 END);
        FOR v_from, v_most IN VALUES (2::smallint, CASE WHEN v_hungry THEN 1 ELSE 0 END), (v_lowest, v_room)
        LOOP
            CONTINUE WHEN v_most = 0 OR v_from > v_to;
            FOR m IN
                SELECT o.* FROM psycheos.outbox_messages o
                WHERE o.status = 'pending' AND o.not_before <= now() AND o.bot_id = v_bot
                  AND o.lane BETWEEN v_from AND v_to AND o.lane = ANY (p_lanes)
                  AND (o.chat_id IS NULL OR NOT EXISTS (
                        SELECT FROM psycheos.outbox_messages e
                        WHERE e.bot_id = o.bot_id AND e.chat_id = o.chat_id AND e.seq < o.seq AND e.status IN ('pending', 'sending')))
                  AND NOT EXISTS (
                        SELECT FROM psycheos.send_pace p
                        WHERE p.bot_id = o.bot_id AND p.chat_id = o.chat_id
                          AND (p.frozen_until > now()
                               OR (o.lane > 0 AND p.next_at > now() + 2 * psycheos.chat_interval(o.chat_id))))
                ORDER BY o.lane, o.seq
                LIMIT least(v_most, v_room)
                FOR UPDATE OF o SKIP LOCKED
            LOOP
                IF m.lane > 0 THEN
                    EXIT WHEN v_sent >= v_may OR (m.lane > 1 AND v_sent_bulk >= v_may_bulk);
                    v_sent := v_sent + 1;
                    v_sent_bulk := v_sent_bulk + (m.lane > 1)::integer;
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
                    SELECT d.telegram_message_id INTO m.target_message_id
                        FROM psycheos.outbox_messages d WHERE d.outbox_id = m.depends_on;
                END IF;
                v_room := v_room - 1;
                v_taken := v_taken + 1;
                RETURN NEXT m;
            END LOOP;
        END LOOP;
        IF v_sent > 0 THEN
            UPDATE psycheos.send_pace b
                SET next_at = v_pace.next_at + v_sent * v_rate, updated_at = now(),
                    bulk_at = CASE WHEN v_sent_bulk > 0 THEN v_pace.bulk_at + v_sent_bulk * v_bulk_rate ELSE b.bulk_at END
                WHERE b.bot_id = v_bot AND b.chat_id = 0;
        END IF;
    END LOOP;
END $$;

-- When one who claimed nothing of lanes 1 to 3 may find something, in milliseconds from now; nothing: nothing waits. Of a bot that has used up
-- more than half of its burst, or of that of lanes 2 and 3, it is the rate that counts, and it is looked at ten times a second; what waits for the
-- paces of chats is looked for in the others alone, whose queues are short.
CREATE FUNCTION psycheos.outbox_next_due(p_bots text[]) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT (extract(epoch FROM min(CASE
        WHEN b.half_open <= now() THEN (
            SELECT min(greatest(o.not_before, p.frozen_until, p.next_at - 2 * psycheos.chat_interval(o.chat_id),
                                CASE WHEN o.lane > 1 THEN b.opens_bulk END))
            FROM (SELECT DISTINCT ON (w.chat_id) w.chat_id, w.lane, w.not_before, w.status FROM psycheos.outbox_messages w
                  WHERE w.status IN ('pending', 'sending') AND w.bot_id = b.bot_id ORDER BY w.chat_id, w.seq) o
            LEFT JOIN psycheos.send_pace p ON p.bot_id = b.bot_id AND p.chat_id = o.chat_id
            WHERE o.status = 'pending' AND o.lane > 0)
        WHEN EXISTS (SELECT FROM psycheos.outbox_messages w WHERE w.status = 'pending' AND w.bot_id = b.bot_id AND w.lane > 0)
        THEN greatest(b.opens, now() + interval '100 milliseconds') END) - now()) * 1000)::bigint
    FROM (SELECT name.bot_id, o.opens, greatest(o.opens, p.next_at - 15 * psycheos.bot_interval(), p.bulk_at - 3.6 * psycheos.bot_interval()) AS half_open,
                 greatest(p.frozen_until, p.bulk_at - 6 * psycheos.bot_interval()) AS opens_bulk
          FROM unnest(p_bots) name(bot_id)
          LEFT JOIN psycheos.send_pace p ON p.bot_id = name.bot_id AND p.chat_id = 0
          CROSS JOIN LATERAL (SELECT greatest('-infinity', p.next_at - 29 * psycheos.bot_interval(),
                                              CASE WHEN p.refusals >= 6 THEN p.frozen_until END) AS opens) o) b
$$;

SELECT psycheos.secure();
