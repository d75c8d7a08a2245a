-- The one path of money. Owner, case and service come from the run, never from a caller. Every change of a wallet writes
-- its entries in the same statement sequence; the wallet row is locked first, so that two operations of one wallet are
-- serial and never deadlock.

CREATE FUNCTION psycheos.wallet_lock(p_user uuid) RETURNS psycheos.wallets
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    w psycheos.wallets;
BEGIN
    INSERT INTO psycheos.wallets (user_id) VALUES (p_user) ON CONFLICT DO NOTHING;
    SELECT * INTO w FROM psycheos.wallets WHERE user_id = p_user FOR UPDATE;
    RETURN w;
END $$;

CREATE FUNCTION psycheos.ledger_write(p_operation uuid, p_payment uuid, p_user uuid, p_kind text, p_from text, p_to text,
                                      p_stars bigint, p_note text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    v_transaction uuid := gen_random_uuid();
BEGIN
    IF p_stars = 0 THEN
        RETURN;
    END IF;
    INSERT INTO psycheos.ledger_entries (transaction_id, operation_id, payment_id, user_id, account, amount_stars, kind, note)
        VALUES (v_transaction, p_operation, p_payment, p_user, p_from, -p_stars, p_kind, p_note),
               (v_transaction, p_operation, p_payment, p_user, p_to, p_stars, p_kind, p_note);
    UPDATE psycheos.wallets SET
        balance_stars = balance_stars
            + CASE WHEN p_to IN ('available', 'reserved') THEN p_stars ELSE 0 END
            - CASE WHEN p_from IN ('available', 'reserved') THEN p_stars ELSE 0 END,
        reserved_stars = reserved_stars
            + CASE WHEN p_to = 'reserved' THEN p_stars ELSE 0 END
            - CASE WHEN p_from = 'reserved' THEN p_stars ELSE 0 END,
        updated_at = now()
        WHERE user_id = p_user;
END $$;

-- Holds Stars for an operation of a run: reserved | already_reserved | already_committed | already_canceled | insufficient |
-- conflict (the key was used for something else) | no_run.
CREATE FUNCTION psycheos.usage_reserve(p_operation uuid, p_run uuid, p_kind text, p_cost bigint, p_ttl_secs bigint, p_key text)
    RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    r psycheos.runs;
    w psycheos.wallets;
    o psycheos.usage_ledger;
BEGIN
    SELECT * INTO r FROM psycheos.runs WHERE run_id = p_run;
    IF NOT FOUND THEN
        RETURN 'no_run';
    END IF;
    w := psycheos.wallet_lock(r.owner_user_id);
    SELECT * INTO o FROM psycheos.usage_ledger
        WHERE service_id = r.service_id AND ((run_id = p_run AND operation_kind = p_kind) OR idempotency_key = p_key);
    IF FOUND THEN
        IF o.run_id <> p_run OR o.operation_kind <> p_kind OR o.cost_stars <> p_cost THEN
            RETURN 'conflict';
        END IF;
        RETURN 'already_' || o.status;
    END IF;
    IF w.balance_stars - w.reserved_stars < p_cost THEN
        RETURN 'insufficient';
    END IF;
    INSERT INTO psycheos.usage_ledger
        (operation_id, user_id, service_id, context_id, run_id, operation_kind, cost_stars, reserved_until, idempotency_key)
        VALUES (p_operation, r.owner_user_id, r.service_id, r.context_id, p_run, p_kind, p_cost,
                now() + p_ttl_secs * interval '1 second', p_key);
    PERFORM psycheos.ledger_write(p_operation, NULL, r.owner_user_id, 'reserve', 'available', 'reserved', p_cost, NULL);
    RETURN 'reserved';
END $$;

-- Settles an open operation: canceled | already_committed | already_canceled | none.
CREATE FUNCTION psycheos.usage_cancel(p_run uuid, p_kind text, p_reason text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    v_owner uuid;
    o psycheos.usage_ledger;
BEGIN
    SELECT owner_user_id INTO v_owner FROM psycheos.runs WHERE run_id = p_run;
    IF v_owner IS NULL THEN
        RETURN 'none';
    END IF;
    PERFORM psycheos.wallet_lock(v_owner);
    UPDATE psycheos.usage_ledger SET status = 'canceled', cancel_reason = p_reason, settled_at = now()
        WHERE run_id = p_run AND operation_kind = p_kind AND status = 'reserved' RETURNING * INTO o;
    IF FOUND THEN
        PERFORM psycheos.ledger_write(o.operation_id, NULL, o.user_id, 'release', 'reserved', 'available', o.cost_stars, p_reason);
        RETURN 'canceled';
    END IF;
    SELECT * INTO o FROM psycheos.usage_ledger WHERE run_id = p_run AND operation_kind = p_kind;
    RETURN CASE WHEN o.operation_id IS NULL THEN 'none' ELSE 'already_' || o.status END;
END $$;

-- Charges: committed | already_committed | written_off (the reserve had run out and could not be renewed; the result is
-- kept and the loss is ours) | none. The database refuses it while there is no artifact.
CREATE FUNCTION psycheos.usage_commit(p_run uuid, p_kind text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    v_owner uuid;
    o psycheos.usage_ledger;
    v_again text;
BEGIN
    SELECT owner_user_id INTO v_owner FROM psycheos.runs WHERE run_id = p_run;
    IF v_owner IS NULL THEN
        RETURN 'none';
    END IF;
    PERFORM psycheos.wallet_lock(v_owner);
    UPDATE psycheos.usage_ledger SET status = 'committed', settled_at = now()
        WHERE run_id = p_run AND operation_kind = p_kind AND status = 'reserved' RETURNING * INTO o;
    IF FOUND THEN
        PERFORM psycheos.ledger_write(o.operation_id, NULL, o.user_id, 'charge', 'reserved', 'revenue', o.cost_stars, NULL);
        RETURN 'committed';
    END IF;
    SELECT * INTO o FROM psycheos.usage_ledger WHERE run_id = p_run AND operation_kind = p_kind;
    IF NOT FOUND THEN
        RETURN 'none';
    END IF;
    IF o.status = 'committed' THEN
        RETURN 'already_committed';
    END IF;
    v_again := psycheos.usage_reserve(gen_random_uuid(), p_run, p_kind || '+again', o.cost_stars, 600, o.idempotency_key || '+again');
    IF v_again IN ('reserved', 'already_reserved') THEN
        RETURN psycheos.usage_commit(p_run, p_kind || '+again');
    END IF;
    UPDATE psycheos.usage_ledger SET written_off_stars = cost_stars WHERE operation_id = o.operation_id;
    RETURN 'written_off';
END $$;

-- Adds to or takes from a wallet by an administrator's decision: done | insufficient.
CREATE FUNCTION psycheos.wallet_adjust(p_user uuid, p_stars bigint, p_note text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    w psycheos.wallets;
BEGIN
    w := psycheos.wallet_lock(p_user);
    IF w.balance_stars - w.reserved_stars + p_stars < 0 THEN
        RETURN 'insufficient';
    END IF;
    IF p_stars >= 0 THEN
        PERFORM psycheos.ledger_write(NULL, NULL, p_user, 'admin', 'admin', 'available', p_stars, p_note);
    ELSE
        PERFORM psycheos.ledger_write(NULL, NULL, p_user, 'admin', 'available', 'admin', -p_stars, p_note);
    END IF;
    RETURN 'done';
END $$;

-- Releases reserves past their time, but for runs somebody is working on. Returns how many.
CREATE FUNCTION psycheos.usage_expire(p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    o record;
    v_count integer := 0;
BEGIN
    FOR o IN
        SELECT u.run_id, u.operation_kind FROM psycheos.usage_ledger u
        WHERE u.status = 'reserved' AND u.reserved_until < now()
          AND NOT EXISTS (SELECT FROM psycheos.jobs j WHERE j.run_id = u.run_id AND j.status IN ('queued', 'running'))
        ORDER BY u.reserved_until LIMIT p_limit
    LOOP
        IF psycheos.usage_cancel(o.run_id, o.operation_kind, 'expired') = 'canceled' THEN
            v_count := v_count + 1;
        END IF;
        UPDATE psycheos.runs SET status = 'expired', finished_at = now()
            WHERE run_id = o.run_id AND status IN ('issued', 'active');
    END LOOP;
    RETURN v_count;
END $$;

-- The price of an operation now; NULL when there is none.
CREATE FUNCTION psycheos.price_of(p_service text, p_operation text) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT stars FROM psycheos.operation_prices
    WHERE service_id = p_service AND operation = p_operation AND active_from <= now()
    ORDER BY active_from DESC LIMIT 1
$$;
