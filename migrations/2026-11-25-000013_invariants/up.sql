-- What must hold. A row is a violation, and any row is a page. The numbers are those of docs/RELIABILITY.md.
CREATE VIEW psycheos.invariants (id, broken) AS
    SELECT 'I1', 'entries sum to ' || sum(amount_stars) FROM psycheos.ledger_entries HAVING sum(amount_stars) <> 0
    UNION ALL
    SELECT 'I1', 'transaction ' || transaction_id || ' sums to ' || sum(amount_stars)
        FROM psycheos.ledger_entries GROUP BY transaction_id HAVING sum(amount_stars) <> 0
    UNION ALL
    SELECT 'I2', 'wallet ' || w.user_id || ' has ' || w.balance_stars || '/' || w.reserved_stars || ', its entries '
                 || coalesce(e.balance, 0) || '/' || coalesce(e.reserved, 0)
        FROM psycheos.wallets w
        LEFT JOIN (SELECT user_id, sum(amount_stars) FILTER (WHERE account IN ('available', 'reserved')) AS balance,
                          sum(amount_stars) FILTER (WHERE account = 'reserved') AS reserved
                   FROM psycheos.ledger_entries GROUP BY user_id) e USING (user_id)
        WHERE w.balance_stars <> coalesce(e.balance, 0) OR w.reserved_stars <> coalesce(e.reserved, 0)
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
          AND r.cancel_reason IS DISTINCT FROM 'deleted'
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
    SELECT 'I11', 'message ' || outbox_id || ' waits since ' || created_at
        FROM psycheos.outbox_messages o
        WHERE status IN ('pending', 'sending', 'held') AND not_before < now() - interval '1 hour'
    UNION ALL
    SELECT 'I19', 'job ' || job_id || ' has too many attempts'
        FROM psycheos.jobs WHERE attempt_count > max_attempts AND status IN ('queued', 'running');
