-- Top-ups in Telegram Stars, refunds, debts; who paid, what the payment is to continue, what Telegram's own list says.

ALTER TABLE psycheos.payments
    DROP CONSTRAINT payments_status_check,
    DROP CONSTRAINT payments_check,
    DROP CONSTRAINT payments_check1,
    ADD COLUMN payer_telegram_id bigint,
    ADD COLUMN invoice_payload   text CHECK (length(invoice_payload) <= 128),
    -- A launch that lacked Stars: for which case, which tool, how long its pass is to live. continue_run is what it became.
    ADD COLUMN continue_context  uuid REFERENCES psycheos.contexts,
    ADD COLUMN continue_service  text,
    ADD COLUMN continue_days     smallint CHECK (continue_days BETWEEN 1 AND 14),
    ADD COLUMN refund_outbox_id  uuid UNIQUE,
    ADD COLUMN refunded_at       timestamptz,
    -- When Telegram itself said that it was given back, which may be before or after our request was marked as sent.
    ADD COLUMN returned_at       timestamptz,
    ADD CONSTRAINT payments_status_check
        CHECK (status IN ('created', 'approved', 'paid', 'refunding', 'refunded', 'unmatched')),
    ADD CONSTRAINT payments_charge_check
        CHECK (status IN ('created', 'approved') OR telegram_payment_charge_id IS NOT NULL),
    ADD CONSTRAINT payments_payer_check
        CHECK (user_id IS NOT NULL OR status IN ('unmatched', 'refunding', 'refunded')),
    ADD CONSTRAINT payments_continue_check CHECK ((continue_context IS NULL) = (continue_service IS NULL));
CREATE INDEX payments_of_user ON psycheos.payments (user_id, created_at DESC);
CREATE INDEX payments_by_time ON psycheos.payments (created_at DESC);

ALTER TABLE psycheos.star_transactions
    ADD COLUMN payer_telegram_id bigint,
    ADD COLUMN payload           text,
    ADD COLUMN seen_at           timestamptz NOT NULL DEFAULT now();

ALTER TABLE psycheos.outbox_messages
    DROP CONSTRAINT outbox_messages_kind_check,
    ADD CONSTRAINT outbox_messages_kind_check
        CHECK (kind IN ('danger', 'reply', 'result', 'notice', 'reminder', 'progress', 'edit', 'file', 'invoice', 'receipt',
                        'checkout', 'refund', 'broadcast', 'command'));

-- 'debt' is what a specialist owes: Stars that Telegram gave back after they had been spent.
ALTER TABLE psycheos.ledger_entries
    DROP CONSTRAINT ledger_entries_account_check,
    DROP CONSTRAINT ledger_entries_kind_check,
    ADD CONSTRAINT ledger_entries_account_check CHECK (account IN ('available', 'reserved', 'revenue', 'external', 'admin', 'debt')),
    ADD CONSTRAINT ledger_entries_kind_check
        CHECK (kind IN ('topup', 'reserve', 'release', 'charge', 'refund', 'admin', 'debt'));
CREATE INDEX ledger_entries_by_time ON psycheos.ledger_entries (created_at);

-- Writes the two entries of a movement and the wallet with them. What becomes free pays a debt first.
CREATE OR REPLACE FUNCTION psycheos.ledger_write(p_operation uuid, p_payment uuid, p_user uuid, p_kind text, p_from text,
                                                 p_to text, p_stars bigint, p_note text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    v_transaction uuid := gen_random_uuid();
    v_owed bigint;
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
        debt_stars = debt_stars
            + CASE WHEN p_from = 'debt' THEN p_stars ELSE 0 END
            - CASE WHEN p_to = 'debt' THEN p_stars ELSE 0 END,
        updated_at = now()
        WHERE user_id = p_user
        RETURNING least(debt_stars, balance_stars - reserved_stars) INTO v_owed;
    IF p_to = 'available' AND v_owed > 0 THEN
        PERFORM psycheos.ledger_write(NULL, p_payment, p_user, 'debt', 'available', 'debt', v_owed, NULL);
    END IF;
END $$;

-- What the models cost for a run, written onto its operation when it is settled, whichever way (R36).
CREATE FUNCTION psycheos.usage_cost() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NEW.status <> OLD.status THEN
        SELECT coalesce(sum(c.cost_usd), 0),
               coalesce(sum(c.input_tokens + c.output_tokens + c.cache_read_tokens + c.cache_write_tokens), 0)
            INTO NEW.provider_cost, NEW.tokens FROM psycheos.llm_calls c WHERE c.run_id = NEW.run_id;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER usage_ledger_cost BEFORE UPDATE ON psycheos.usage_ledger FOR EACH ROW EXECUTE FUNCTION psycheos.usage_cost();

-- Charges: committed | already_committed | written_off (the reserve had run out and could not be renewed; the result is
-- kept and the loss is ours, for good) | none. The database refuses it while there is no artifact.
CREATE OR REPLACE FUNCTION psycheos.usage_commit(p_run uuid, p_kind text) RETURNS text
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
    ELSIF o.status = 'committed' THEN
        RETURN 'already_committed';
    ELSIF o.written_off_stars > 0 THEN
        RETURN 'written_off';
    ELSIF NOT EXISTS (SELECT FROM psycheos.artifacts a WHERE a.service_id = o.service_id AND a.run_id = p_run) THEN
        RAISE EXCEPTION 'nothing is charged without an artifact' USING ERRCODE = 'check_violation';
    END IF;
    v_again := psycheos.usage_reserve(gen_random_uuid(), p_run, p_kind || '+again', o.cost_stars, 600, o.idempotency_key || '+again');
    IF v_again IN ('reserved', 'already_reserved') THEN
        RETURN psycheos.usage_commit(p_run, p_kind || '+again');
    ELSIF v_again = 'already_committed' THEN
        RETURN 'already_committed';
    END IF;
    UPDATE psycheos.usage_ledger SET written_off_stars = cost_stars WHERE operation_id = o.operation_id;
    RETURN 'written_off';
END $$;

-- A payment, before its invoice is sent. p_case names a launch that is to go on when it is paid.
CREATE FUNCTION psycheos.payment_open(p_payment uuid, p_user uuid, p_stars bigint, p_case uuid, p_service text, p_days smallint)
    RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF p_stars NOT BETWEEN 10 AND 10000 THEN
        RAISE EXCEPTION 'a top-up is 10 to 10000 Stars' USING ERRCODE = 'check_violation';
    END IF;
    -- A newer wish takes the place of an older one: one payment continues one launch.
    IF p_case IS NOT NULL THEN
        PERFORM psycheos.launches_forget(p_user);
    END IF;
    INSERT INTO psycheos.payments (payment_id, user_id, stars, continue_context, continue_service, continue_days)
        VALUES (p_payment, p_user, p_stars, p_case, p_service, p_days);
END $$;

-- Nothing goes on by itself any more for what this specialist has not paid yet. Returns how many launches that ends.
CREATE FUNCTION psycheos.launches_forget(p_user uuid) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    v_count integer;
BEGIN
    UPDATE psycheos.payments SET continue_context = NULL, continue_service = NULL, continue_days = NULL
        WHERE user_id = p_user AND status IN ('created', 'approved') AND continue_context IS NOT NULL;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END $$;

CREATE FUNCTION psycheos.payment_of_payload(p_payload text) RETURNS uuid LANGUAGE sql IMMUTABLE SET search_path = '' AS $$
    SELECT CASE WHEN p_payload ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' THEN p_payload::uuid END
$$;

-- The checks of a pre-checkout: approved | unknown | expired | paid_already | wrong_amount | wrong_payer | not_registered |
-- blocked. Approval changes nothing but the state of the payment.
CREATE FUNCTION psycheos.payment_check(p_payload text, p_payer bigint, p_stars bigint, p_currency text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    p psycheos.payments;
    u psycheos.users;
BEGIN
    SELECT * INTO u FROM psycheos.users WHERE telegram_id = p_payer;
    IF NOT FOUND THEN
        RETURN 'not_registered';
    ELSIF u.status <> 'active' THEN
        RETURN 'blocked';
    END IF;
    SELECT * INTO p FROM psycheos.payments WHERE payment_id = psycheos.payment_of_payload(p_payload) FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 'unknown';
    ELSIF p.user_id IS DISTINCT FROM u.user_id THEN
        RETURN 'wrong_payer';
    ELSIF p.status NOT IN ('created', 'approved') THEN
        RETURN 'paid_already';
    ELSIF p.created_at < now() - interval '7 days' THEN
        RETURN 'expired';
    ELSIF p.stars <> p_stars OR p_currency <> 'XTR' THEN
        RETURN 'wrong_amount';
    END IF;
    UPDATE psycheos.payments SET status = 'approved' WHERE payment_id = p.payment_id;
    RETURN 'approved';
END $$;

-- Credits a payment that Telegram reports, once for each charge: credited | already | unmatched. Stars of a payer we do not
-- know, or of somebody who paid another's invoice, are kept as unmatched and told the operator: they are never lost.
CREATE FUNCTION psycheos.payment_credit(p_payload text, p_payer bigint, p_stars bigint, p_charge text)
    RETURNS TABLE (outcome text, payment_id uuid, user_id uuid, continue_context uuid, continue_service text, continue_days smallint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
#variable_conflict use_column
DECLARE
    p psycheos.payments;
    v_user uuid;
    v_id uuid;
BEGIN
    -- Everything about one charge is serial, also where no row of it exists yet.
    PERFORM pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(p_charge, 7));
    SELECT * INTO p FROM psycheos.payments x WHERE x.telegram_payment_charge_id = p_charge;
    IF FOUND THEN
        RETURN QUERY SELECT 'already', p.payment_id, p.user_id, NULL::uuid, NULL::text, NULL::smallint;
        RETURN;
    END IF;
    SELECT u.user_id INTO v_user FROM psycheos.users u WHERE u.telegram_id = p_payer;
    SELECT * INTO p FROM psycheos.payments x WHERE x.payment_id = psycheos.payment_of_payload(p_payload) FOR UPDATE;
    IF NOT FOUND OR v_user IS NULL OR p.user_id IS DISTINCT FROM v_user OR p.stars <> p_stars THEN
        v_id := gen_random_uuid();
        INSERT INTO psycheos.payments
            (payment_id, stars, status, telegram_payment_charge_id, payer_telegram_id, invoice_payload, paid_at)
            VALUES (v_id, p_stars, 'unmatched', p_charge, p_payer, left(p_payload, 128), now());
        INSERT INTO psycheos.operator_alerts (code, detail) VALUES ('payment_unmatched', v_id::text);
        RETURN QUERY SELECT 'unmatched', v_id, v_user, NULL::uuid, NULL::text, NULL::smallint;
        RETURN;
    END IF;
    IF p.status NOT IN ('created', 'approved') THEN
        -- The same invoice was paid a second time by its owner: real Stars, so they are theirs, on a row of their own.
        v_id := gen_random_uuid();
        INSERT INTO psycheos.payments
            (payment_id, user_id, stars, status, telegram_payment_charge_id, payer_telegram_id, invoice_payload, paid_at)
            VALUES (v_id, v_user, p_stars, 'paid', p_charge, p_payer, left(p_payload, 128), now());
        p.continue_context := NULL;
    ELSE
        v_id := p.payment_id;
        UPDATE psycheos.payments x
            SET status = 'paid', telegram_payment_charge_id = p_charge, payer_telegram_id = p_payer, paid_at = now()
            WHERE x.payment_id = v_id;
    END IF;
    PERFORM psycheos.wallet_lock(v_user);
    PERFORM psycheos.ledger_write(NULL, v_id, v_user, 'topup', 'external', 'available', p_stars, NULL);
    IF p.continue_context IS NULL OR p.created_at < now() - interval '24 hours' THEN
        RETURN QUERY SELECT 'credited', v_id, v_user, NULL::uuid, NULL::text, NULL::smallint;
    ELSE
        RETURN QUERY SELECT 'credited', v_id, v_user, p.continue_context, p.continue_service, p.continue_days;
    END IF;
END $$;

-- The run a payment was continued with.
CREATE FUNCTION psycheos.payment_continued(p_payment uuid, p_run uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    UPDATE psycheos.payments SET continue_run = p_run WHERE payment_id = p_payment;
END $$;

-- An administrator gives a payment back: asked | too_little | not_paid. The Stars leave the wallet at once, so that they
-- cannot be spent while Telegram is asked; the message with p_outbox asks it.
CREATE FUNCTION psycheos.payment_refund(p_admin uuid, p_payment uuid, p_outbox uuid)
    RETURNS TABLE (outcome text, payer_telegram_id bigint, charge text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    p psycheos.payments;
    w psycheos.wallets;
BEGIN
    SELECT * INTO p FROM psycheos.payments x WHERE x.payment_id = p_payment FOR UPDATE;
    IF NOT FOUND OR p.status NOT IN ('paid', 'unmatched') THEN
        RETURN QUERY SELECT 'not_paid', NULL::bigint, NULL::text;
        RETURN;
    END IF;
    IF p.status = 'paid' THEN
        w := psycheos.wallet_lock(p.user_id);
        IF w.balance_stars - w.reserved_stars < p.stars THEN
            RETURN QUERY SELECT 'too_little', NULL::bigint, NULL::text;
            RETURN;
        END IF;
        PERFORM psycheos.ledger_write(NULL, p_payment, p.user_id, 'refund', 'available', 'external', p.stars, NULL);
    END IF;
    UPDATE psycheos.payments x SET status = 'refunding', refund_outbox_id = p_outbox WHERE x.payment_id = p_payment;
    INSERT INTO psycheos.audit_log (actor, role, action, detail)
        VALUES ('user:' || p_admin, 'admin', 'payment_refund', p_payment::text);
    RETURN QUERY SELECT 'asked', p.payer_telegram_id, p.telegram_payment_charge_id;
END $$;

-- What became of the request to Telegram. A refund that was refused gives the Stars back to the wallet.
CREATE FUNCTION psycheos.refund_settled(p_outbox uuid, p_sent boolean) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    p psycheos.payments;
BEGIN
    SELECT * INTO p FROM psycheos.payments x WHERE x.refund_outbox_id = p_outbox AND x.status = 'refunding' FOR UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF p_sent THEN
        UPDATE psycheos.payments x SET status = 'refunded', refunded_at = now() WHERE x.payment_id = p.payment_id;
        RETURN;
    END IF;
    IF p.user_id IS NOT NULL THEN
        PERFORM psycheos.wallet_lock(p.user_id);
        PERFORM psycheos.ledger_write(NULL, p.payment_id, p.user_id, 'topup', 'external', 'available', p.stars, 'refund refused');
    END IF;
    UPDATE psycheos.payments x SET status = CASE WHEN x.user_id IS NULL THEN 'unmatched' ELSE 'paid' END, refund_outbox_id = NULL
        WHERE x.payment_id = p.payment_id;
    INSERT INTO psycheos.operator_alerts (code, detail) VALUES ('refund_refused', p.payment_id::text);
END $$;

-- Telegram says that a payment was given back: refunded | already (it has said so before) | unknown. What was spent meanwhile becomes a debt.
CREATE FUNCTION psycheos.payment_returned(p_charge text, p_payer bigint)
    RETURNS TABLE (outcome text, payment_id uuid, user_id uuid, stars bigint, owed bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
#variable_conflict use_column
DECLARE
    p psycheos.payments;
    w psycheos.wallets;
    v_free bigint;
    v_owed bigint := 0;
BEGIN
    PERFORM pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(p_charge, 7));
    SELECT * INTO p FROM psycheos.payments x WHERE x.telegram_payment_charge_id = p_charge FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO psycheos.operator_alerts (code, detail) VALUES ('refund_unknown', 'of ' || p_payer);
        RETURN QUERY SELECT 'unknown', NULL::uuid, NULL::uuid, 0::bigint, 0::bigint;
        RETURN;
    END IF;
    IF p.returned_at IS NOT NULL THEN
        RETURN QUERY SELECT 'already', p.payment_id, p.user_id, p.stars, 0::bigint;
        RETURN;
    END IF;
    IF p.status = 'paid' THEN
        w := psycheos.wallet_lock(p.user_id);
        v_free := least(p.stars, w.balance_stars - w.reserved_stars);
        v_owed := p.stars - v_free;
        PERFORM psycheos.ledger_write(NULL, p.payment_id, p.user_id, 'refund', 'available', 'external', v_free, NULL);
        PERFORM psycheos.ledger_write(NULL, p.payment_id, p.user_id, 'debt', 'debt', 'external', v_owed, NULL);
        IF v_owed > 0 THEN
            INSERT INTO psycheos.operator_alerts (code, detail) VALUES ('refund_of_spent_stars', p.payment_id::text);
        END IF;
    END IF;
    UPDATE psycheos.payments x SET status = 'refunded', refunded_at = coalesce(x.refunded_at, now()), returned_at = now()
        WHERE x.payment_id = p.payment_id;
    RETURN QUERY SELECT 'refunded', p.payment_id, p.user_id, p.stars, v_owed;
END $$;

-- Stars an administrator has added to wallets within the last day.
CREATE FUNCTION psycheos.admin_given(p_admin uuid) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT coalesce(sum(substring(a.detail FROM '^\+([0-9]+) ')::bigint), 0)::bigint FROM psycheos.audit_log a
        WHERE a.actor = 'user:' || p_admin AND a.action = 'wallet_adjust' AND a.at > now() - interval '24 hours'
$$;

-- An administrator adds to a wallet or takes from it: done | insufficient | over_cap (10,000 Stars a day are added by one
-- administrator at most). The audit row is written with it.
CREATE FUNCTION psycheos.wallet_adjust_by(p_admin uuid, p_user uuid, p_stars bigint, p_note text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    v_word text;
BEGIN
    PERFORM pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(p_admin::text, 11));
    IF p_stars > 0 AND psycheos.admin_given(p_admin) + p_stars > 10000 THEN
        RETURN 'over_cap';
    END IF;
    v_word := psycheos.wallet_adjust(p_user, p_stars, p_note);
    IF v_word = 'done' THEN
        INSERT INTO psycheos.audit_log (actor, role, action, detail) VALUES ('user:' || p_admin, 'admin', 'wallet_adjust',
            CASE WHEN p_stars > 0 THEN '+' ELSE '' END || p_stars || ' user:' || p_user);
    END IF;
    RETURN v_word;
END $$;

-- A price from now on.
CREATE FUNCTION psycheos.price_set(p_admin uuid, p_service text, p_stars bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    INSERT INTO psycheos.operation_prices (service_id, operation, stars, active_from, note)
        VALUES (p_service, 'run', p_stars, clock_timestamp(), 'by an administrator');
    INSERT INTO psycheos.audit_log (actor, role, action, detail)
        VALUES ('user:' || p_admin, 'admin', 'price_set', p_service || ' ' || p_stars);
END $$;

-- What an administrator sees of the money: Stars, and dollars for what the models cost.
CREATE FUNCTION psycheos.finance_now()
    RETURNS TABLE (held bigint, reserved bigint, debt bigint, paid_in bigint, refunded bigint, spent bigint, given bigint,
                   written_off bigint, cost_usd numeric, unmatched bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT w.held, w.reserved, w.debt, p.paid_in, p.refunded, l.spent, l.given,
           (SELECT coalesce(sum(written_off_stars), 0)::bigint FROM psycheos.usage_ledger),
           (SELECT coalesce(sum(c.cost_usd), 0) FROM psycheos.llm_calls c),
           p.unmatched
    FROM (SELECT coalesce(sum(balance_stars), 0)::bigint AS held, coalesce(sum(reserved_stars), 0)::bigint AS reserved,
                 coalesce(sum(debt_stars), 0)::bigint AS debt FROM psycheos.wallets) w,
         (SELECT coalesce(sum(stars) FILTER (WHERE status NOT IN ('created', 'approved')), 0)::bigint AS paid_in,
                 coalesce(sum(stars) FILTER (WHERE status IN ('refunding', 'refunded')), 0)::bigint AS refunded,
                 count(*) FILTER (WHERE status = 'unmatched') AS unmatched FROM psycheos.payments) p,
         (SELECT coalesce(sum(amount_stars) FILTER (WHERE account = 'revenue'), 0)::bigint AS spent,
                 coalesce(-sum(amount_stars) FILTER (WHERE account = 'admin'), 0)::bigint AS given FROM psycheos.ledger_entries) l
$$;

-- The same by day, for the last p_days days with today, oldest first.
CREATE FUNCTION psycheos.finance_days(p_days integer)
    RETURNS TABLE (day date, paid_in bigint, refunded bigint, spent bigint, cost_usd numeric)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT d.day, coalesce(p.paid_in, 0), coalesce(r.refunded, 0), coalesce(l.spent, 0), coalesce(c.cost_usd, 0)
    FROM (SELECT (now() AT TIME ZONE 'UTC')::date - n AS day FROM generate_series(0, p_days - 1) n) d
    LEFT JOIN (SELECT (paid_at AT TIME ZONE 'UTC')::date AS day, sum(stars)::bigint AS paid_in FROM psycheos.payments
               WHERE paid_at > now() - make_interval(days => p_days) GROUP BY 1) p USING (day)
    LEFT JOIN (SELECT (refunded_at AT TIME ZONE 'UTC')::date AS day, sum(stars)::bigint AS refunded FROM psycheos.payments
               WHERE refunded_at > now() - make_interval(days => p_days) GROUP BY 1) r USING (day)
    LEFT JOIN (SELECT (created_at AT TIME ZONE 'UTC')::date AS day, sum(amount_stars)::bigint AS spent FROM psycheos.ledger_entries
               WHERE account = 'revenue' AND created_at > now() - make_interval(days => p_days) GROUP BY 1) l USING (day)
    LEFT JOIN (SELECT (created_at AT TIME ZONE 'UTC')::date AS day, sum(c.cost_usd) AS cost_usd FROM psycheos.llm_calls c
               WHERE created_at > now() - make_interval(days => p_days) GROUP BY 1) c USING (day)
    ORDER BY d.day
$$;

-- Where Telegram's own list and ours differ, among what is at least p_older_secs old: updates may still be on their way.
-- 'lost_payment' and 'lost_refund' are what never reached us and can be healed.
CREATE FUNCTION psycheos.stars_differences(p_older_secs integer)
    RETURNS TABLE (problem text, transaction_id text, stars bigint, payer_telegram_id bigint, payload text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT 'lost_payment', t.transaction_id, t.stars, t.payer_telegram_id, t.payload
        FROM psycheos.star_transactions t
        WHERE t.direction = 'in' AND t.payer_telegram_id IS NOT NULL AND t.at <= now() - make_interval(secs => p_older_secs)
          AND NOT EXISTS (SELECT FROM psycheos.payments p WHERE p.telegram_payment_charge_id = t.transaction_id)
    UNION ALL
    SELECT 'lost_refund', t.transaction_id, t.stars, t.payer_telegram_id, t.payload
        FROM psycheos.star_transactions t JOIN psycheos.payments p ON p.telegram_payment_charge_id = t.transaction_id
        WHERE t.direction = 'out' AND t.payer_telegram_id IS NOT NULL AND p.status IN ('paid', 'unmatched')
          AND t.at <= now() - make_interval(secs => p_older_secs)
    UNION ALL
    SELECT 'other_amount', t.transaction_id, t.stars - p.stars, t.payer_telegram_id, t.payload
        FROM psycheos.star_transactions t JOIN psycheos.payments p ON p.telegram_payment_charge_id = t.transaction_id
        WHERE t.stars <> p.stars
    UNION ALL
    -- Telegram's list is read oldest first, so what is missing though something later is there is really missing.
    SELECT 'unknown_to_telegram', p.telegram_payment_charge_id, p.stars, p.payer_telegram_id, p.payment_id::text
        FROM psycheos.payments p
        WHERE p.telegram_payment_charge_id IS NOT NULL
          AND p.paid_at < (SELECT max(t.at) FROM psycheos.star_transactions t)
          AND NOT EXISTS (SELECT FROM psycheos.star_transactions t
                          WHERE t.transaction_id = p.telegram_payment_charge_id AND t.direction = 'in')
    UNION ALL
    SELECT 'not_refunded_there', p.telegram_payment_charge_id, p.stars, p.payer_telegram_id, p.payment_id::text
        FROM psycheos.payments p
        WHERE p.status = 'refunded' AND p.refunded_at < (SELECT max(t.at) FROM psycheos.star_transactions t)
          AND NOT EXISTS (SELECT FROM psycheos.star_transactions t
                          WHERE t.transaction_id = p.telegram_payment_charge_id AND t.direction = 'out')
$$;

-- Notes which payment a transaction of Telegram belongs to.
CREATE FUNCTION psycheos.stars_match() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    v_count bigint;
BEGIN
    UPDATE psycheos.star_transactions t SET matched_payment = p.payment_id FROM psycheos.payments p
        WHERE t.matched_payment IS NULL AND p.telegram_payment_charge_id = t.transaction_id;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END $$;

-- Invoices nobody paid within thirty days.
CREATE FUNCTION psycheos.payments_purge(p_limit integer) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    v_count bigint;
BEGIN
    DELETE FROM psycheos.payments WHERE payment_id IN (
        SELECT payment_id FROM psycheos.payments
        WHERE status IN ('created', 'approved') AND created_at < now() - interval '30 days'
        ORDER BY created_at LIMIT p_limit FOR UPDATE SKIP LOCKED);
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END $$;

-- A pass of a specialist's tool that is theirs to open and was not opened yet: what must be held first.
CREATE FUNCTION psycheos.pass_price(p_hash bytea, p_service text, p_person bigint)
    RETURNS TABLE (run_id uuid, context_id uuid, owner_user_id uuid, price bigint, available bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
#variable_conflict use_column
DECLARE
    v_run uuid;
    v_context uuid;
    v_owner uuid;
    w psycheos.wallets;
BEGIN
    SELECT l.run_id, l.context_id, r.owner_user_id INTO v_run, v_context, v_owner
        FROM psycheos.link_tokens l JOIN psycheos.runs r USING (run_id)
        JOIN psycheos.contexts c ON c.context_id = l.context_id
        WHERE l.token_hash = p_hash AND l.service_id = p_service AND l.role = 'specialist' AND l.bound_telegram_id = p_person
          AND l.revoked_at IS NULL AND l.expires_at > now() AND r.status = 'issued'
          AND c.archived_at IS NULL AND c.deleted_at IS NULL
        FOR UPDATE OF l;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    w := psycheos.wallet_lock(v_owner);
    RETURN QUERY SELECT v_run, v_context, v_owner, psycheos.price_of(p_service, 'run'), w.balance_stars - w.reserved_stars;
END $$;

-- Ends messages for good, each fenced by its lease. Returns those that were still ours. A refund's end is the payment's.
CREATE OR REPLACE FUNCTION psycheos.outbox_finish(p_ids uuid[], p_leases uuid[], p_status text, p_message_ids bigint[], p_error text)
    RETURNS SETOF uuid LANGUAGE plpgsql AS $$
DECLARE
    m record;
BEGIN
    FOR m IN
        UPDATE psycheos.outbox_messages o
            SET status = p_status, lease = NULL, lease_until = NULL, finished_at = now(), last_error = p_error,
                telegram_message_id = coalesce(t.message_id, o.telegram_message_id)
            FROM unnest(p_ids, p_leases, p_message_ids) t(id, lease, message_id)
            WHERE o.outbox_id = t.id AND o.lease = t.lease AND o.status = 'sending'
            RETURNING o.outbox_id, o.bot_id, o.chat_id, o.lane, o.kind, o.context_id, o.run_id
    LOOP
        IF m.lane = 0 AND m.chat_id IS NOT NULL THEN
            PERFORM psycheos.outbox_resume(m.bot_id, m.chat_id);
        END IF;
        IF m.kind = 'danger' AND p_status = 'failed' THEN
            INSERT INTO psycheos.operator_alerts (code, detail)
                VALUES ('danger_notice_failed', m.bot_id || ': ' || coalesce(p_error, ''));
        END IF;
        IF m.kind = 'refund' THEN
            PERFORM psycheos.refund_settled(m.outbox_id, p_status = 'sent');
        END IF;
        RETURN NEXT m.outbox_id;
    END LOOP;
END $$;

-- A file that belongs to a specialist and no case: a picture of the finances, an export of the account.
ALTER TABLE psycheos.files
    ALTER COLUMN context_id DROP NOT NULL,
    DROP CONSTRAINT files_format_check,
    ADD COLUMN owner_user_id uuid REFERENCES psycheos.users,
    ADD CONSTRAINT files_format_check CHECK (format IN ('txt', 'docx', 'json', 'profile', 'finance', 'zip', 'upload')),
    ADD CONSTRAINT files_owner_check CHECK ((context_id IS NULL) <> (owner_user_id IS NULL));

CREATE OR REPLACE VIEW psycheos.invariants (id, broken) AS
    SELECT 'I1', 'entries sum to ' || sum(amount_stars) FROM psycheos.ledger_entries HAVING sum(amount_stars) <> 0
    UNION ALL
    SELECT 'I1', 'transaction ' || transaction_id || ' sums to ' || sum(amount_stars)
        FROM psycheos.ledger_entries GROUP BY transaction_id HAVING sum(amount_stars) <> 0
    UNION ALL
    SELECT 'I2', 'wallet ' || w.user_id || ' has ' || w.balance_stars || '/' || w.reserved_stars || '/' || w.debt_stars
                 || ', its entries ' || coalesce(e.balance, 0) || '/' || coalesce(e.reserved, 0) || '/' || coalesce(e.debt, 0)
        FROM psycheos.wallets w
        LEFT JOIN (SELECT user_id, sum(amount_stars) FILTER (WHERE account IN ('available', 'reserved')) AS balance,
                          sum(amount_stars) FILTER (WHERE account = 'reserved') AS reserved,
                          -sum(amount_stars) FILTER (WHERE account = 'debt') AS debt
                   FROM psycheos.ledger_entries GROUP BY user_id) e USING (user_id)
        WHERE w.balance_stars <> coalesce(e.balance, 0) OR w.reserved_stars <> coalesce(e.reserved, 0)
           OR w.debt_stars <> coalesce(e.debt, 0)
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
    SELECT 'I8', 'payment ' || payment_id || ' waits for its refund since ' || refund_created
        FROM (SELECT p.payment_id, o.created_at AS refund_created FROM psycheos.payments p
              LEFT JOIN psycheos.outbox_messages o ON o.outbox_id = p.refund_outbox_id
              WHERE p.status = 'refunding' AND (o.outbox_id IS NULL OR o.status NOT IN ('pending', 'sending'))) r
    UNION ALL
    SELECT 'I11', 'message ' || outbox_id || ' waits since ' || created_at
        FROM psycheos.outbox_messages o
        WHERE status IN ('pending', 'sending', 'held') AND not_before < now() - interval '1 hour'
    UNION ALL
    SELECT 'I19', 'job ' || job_id || ' has too many attempts'
        FROM psycheos.jobs WHERE attempt_count > max_attempts AND status IN ('queued', 'running');

INSERT INTO psycheos.role_grants (role_name, table_name, verbs) VALUES
    ('psy_api', 'payments', 'SELECT'),
    ('psy_sender', 'star_transactions', 'SELECT, INSERT');
UPDATE psycheos.role_grants SET verbs = 'SELECT (file_id, context_id, owner_user_id, run_id, artifact_id, kind, format, name, mime, size)'
    WHERE role_name = 'psy_api' AND table_name = 'files';
INSERT INTO psycheos.role_functions (role_name, function_name) VALUES
    ('psy_api', 'payment_open'), ('psy_api', 'launches_forget'), ('psy_api', 'payment_check'), ('psy_api', 'payment_credit'),
    ('psy_api', 'payment_continued'), ('psy_api', 'payment_refund'), ('psy_api', 'payment_returned'),
    ('psy_api', 'wallet_adjust_by'), ('psy_api', 'admin_given'), ('psy_api', 'price_set'), ('psy_api', 'finance_now'), ('psy_api', 'pass_price'),
    ('psy_worker', 'finance_days'),
    ('psy_sender', 'refund_settled'),
    ('psy_cron', 'refund_settled'), ('psy_cron', 'payment_credit'), ('psy_cron', 'payment_returned'),
    ('psy_cron', 'stars_differences'), ('psy_cron', 'stars_match'), ('psy_cron', 'payments_purge');

SELECT psycheos.secure();
