-- What the panel shows: counts and the newest rows, by id, kind and state only. No text of anybody is read here.
WITH
job_rows AS (
    SELECT right(job_id::text, 6) AS id, extract(epoch FROM coalesce(finished_at, created_at)) AS at, kind AS what, status,
           concat_ws(' ', bot_id, CASE WHEN attempt_count > 1 THEN 'попытка ' || attempt_count END, last_error) AS note
    FROM psycheos.jobs ORDER BY seq DESC LIMIT 30
),
job_counts AS (
    SELECT name, count(status) AS count
    FROM unnest(ARRAY['queued', 'running', 'done', 'failed', 'canceled']) WITH ORDINALITY AS s(name, place)
    LEFT JOIN psycheos.jobs ON status = name GROUP BY name, place ORDER BY place
),
outbox_rows AS (
    SELECT right(outbox_id::text, 6) AS id, extract(epoch FROM coalesce(finished_at, created_at)) AS at,
           kind AS what, status, concat_ws(' ', bot_id, CASE WHEN lane <> 1 THEN 'полоса ' || lane END, last_error) AS note
    FROM psycheos.outbox_messages ORDER BY seq DESC LIMIT 40
),
outbox_counts AS (
    SELECT name, count(status) AS count
    FROM unnest(ARRAY['pending', 'sending', 'sent', 'held', 'failed', 'canceled']) WITH ORDINALITY AS s(name, place)
    LEFT JOIN psycheos.outbox_messages ON status = name GROUP BY name, place ORDER BY place
),
run_rows AS (
    SELECT right(r.run_id::text, 6) AS id, extract(epoch FROM coalesce(r.finished_at, r.started_at, r.created_at)) AS at,
           r.service_id AS what, r.status, CASE WHEN s.run_id IS NOT NULL THEN concat('фаза ', s.phase, ', вопрос ', s.question) END AS note
    FROM psycheos.runs r LEFT JOIN psycheos.screenings s USING (run_id) ORDER BY r.created_at DESC LIMIT 20
),
run_counts AS (
    SELECT name, count(status) AS count
    FROM unnest(ARRAY['issued', 'active', 'completed', 'expired', 'canceled', 'failed']) WITH ORDINALITY AS s(name, place)
    LEFT JOIN psycheos.runs ON status = name GROUP BY name, place ORDER BY place
),
ledger_rows AS (
    SELECT entry_id::text AS id, extract(epoch FROM created_at) AS at, kind AS what, account AS note, '' AS status,
           to_char(amount_stars, 'FMSG999999990') AS label
    FROM psycheos.ledger_entries ORDER BY entry_id DESC LIMIT 30
),
ledger_counts AS (
    SELECT unnest(ARRAY['доступно', 'в резерве']) AS name,
           unnest(ARRAY[coalesce(sum(balance_stars - reserved_stars), 0), coalesce(sum(reserved_stars), 0)]) AS count
    FROM psycheos.wallets
)
SELECT json_build_object(
    'now', extract(epoch FROM clock_timestamp()),
    'jobs', json_build_object('counts', (SELECT json_agg(c) FROM job_counts c),
                              'rows', (SELECT coalesce(json_agg(r), '[]') FROM job_rows r)),
    'outbox', json_build_object('counts', (SELECT json_agg(c) FROM outbox_counts c),
                                'rows', (SELECT coalesce(json_agg(r), '[]') FROM outbox_rows r)),
    'runs', json_build_object('counts', (SELECT json_agg(c) FROM run_counts c),
                              'rows', (SELECT coalesce(json_agg(r), '[]') FROM run_rows r)),
    'ledger', json_build_object('counts', (SELECT json_agg(c) FROM ledger_counts c),
                                'rows', (SELECT coalesce(json_agg(r), '[]') FROM ledger_rows r))
)::text
