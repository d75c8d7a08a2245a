CREATE TABLE psycheos.wallets (
    user_id        uuid PRIMARY KEY REFERENCES psycheos.users ON DELETE RESTRICT,
    balance_stars  bigint NOT NULL DEFAULT 0 CHECK (balance_stars >= 0),
    reserved_stars bigint NOT NULL DEFAULT 0 CHECK (reserved_stars >= 0),
    debt_stars     bigint NOT NULL DEFAULT 0 CHECK (debt_stars >= 0),
    updated_at     timestamptz NOT NULL DEFAULT now(),
    CHECK (reserved_stars <= balance_stars)
);

CREATE TABLE psycheos.operation_prices (
    service_id  text NOT NULL,
    operation   text NOT NULL,
    stars       bigint NOT NULL CHECK (stars >= 0),
    active_from timestamptz NOT NULL DEFAULT now(),
    note        text,
    UNIQUE (service_id, operation, active_from)
);
INSERT INTO psycheos.operation_prices (service_id, operation, stars, active_from, note) VALUES
    ('screen', 'run', 50, '2026-01-01', 'start price'),
    ('interpretator', 'run', 60, '2026-01-01', 'start price'),
    ('conceptualizator', 'run', 90, '2026-01-01', 'start price'),
    ('simulator', 'run', 110, '2026-01-01', 'start price'),
    ('pro_guide', 'run', 0, '2026-01-01', 'free');

-- Stars per token: (API price + infrastructure, in dollars per million tokens) * 1.1 / 0.01 per million tokens.
CREATE TABLE psycheos.ai_rates (
    model_name              text NOT NULL,
    input_usd_per_mtok      numeric(12, 4) NOT NULL,
    output_usd_per_mtok     numeric(12, 4) NOT NULL,
    cache_read_usd_per_mtok  numeric(12, 4) NOT NULL,
    cache_write_usd_per_mtok numeric(12, 4) NOT NULL,
    infra_usd_per_mtok      numeric(12, 4) NOT NULL DEFAULT 2,
    input_star_rate         numeric(12, 8) GENERATED ALWAYS AS ((input_usd_per_mtok + infra_usd_per_mtok) * 1.1 / 0.01 / 1000000) STORED,
    output_star_rate        numeric(12, 8) GENERATED ALWAYS AS ((output_usd_per_mtok + infra_usd_per_mtok) * 1.1 / 0.01 / 1000000) STORED,
    active_from             timestamptz NOT NULL DEFAULT now(),
    UNIQUE (model_name, active_from)
);
INSERT INTO psycheos.ai_rates
    (model_name, input_usd_per_mtok, output_usd_per_mtok, cache_read_usd_per_mtok, cache_write_usd_per_mtok, active_from) VALUES
    ('claude-haiku-4-5', 1, 5, 0.1, 1.25, '2026-01-01'),
    ('claude-sonnet-4-5', 3, 15, 0.3, 3.75, '2026-01-01');

CREATE TABLE psycheos.payments (
    payment_id                 uuid PRIMARY KEY,
    user_id                    uuid REFERENCES psycheos.users ON DELETE RESTRICT,
    stars                      bigint NOT NULL CHECK (stars > 0),
    status                     text NOT NULL DEFAULT 'created'
                               CHECK (status IN ('created', 'approved', 'paid', 'refunded', 'unmatched')),
    telegram_payment_charge_id text UNIQUE,
    continue_run               uuid REFERENCES psycheos.runs,
    created_at                 timestamptz NOT NULL DEFAULT now(),
    paid_at                    timestamptz,
    CHECK (status NOT IN ('paid', 'refunded', 'unmatched') OR telegram_payment_charge_id IS NOT NULL),
    CHECK (user_id IS NOT NULL OR status = 'unmatched')
);

CREATE TABLE psycheos.star_transactions (
    transaction_id  text NOT NULL,
    direction       text NOT NULL CHECK (direction IN ('in', 'out')),
    bot_id          text NOT NULL,
    stars           bigint NOT NULL,
    at              timestamptz NOT NULL,
    matched_payment uuid REFERENCES psycheos.payments,
    UNIQUE (transaction_id, direction)
);

CREATE TABLE psycheos.usage_ledger (
    operation_id      uuid PRIMARY KEY,
    user_id           uuid NOT NULL REFERENCES psycheos.users ON DELETE RESTRICT,
    service_id        text NOT NULL,
    context_id        uuid NOT NULL,
    run_id            uuid NOT NULL,
    operation_kind    text NOT NULL,
    cost_stars        bigint NOT NULL CHECK (cost_stars >= 0),
    status            text NOT NULL DEFAULT 'reserved' CHECK (status IN ('reserved', 'committed', 'canceled')),
    cancel_reason     text CHECK (cancel_reason IN ('user', 'failed', 'expired', 'revoked')),
    written_off_stars bigint NOT NULL DEFAULT 0 CHECK (written_off_stars >= 0),
    reserved_until    timestamptz NOT NULL,
    provider_cost     numeric(12, 6) NOT NULL DEFAULT 0,
    tokens            bigint NOT NULL DEFAULT 0,
    idempotency_key   text NOT NULL CHECK (length(idempotency_key) <= 300),
    created_at        timestamptz NOT NULL DEFAULT now(),
    settled_at        timestamptz,
    UNIQUE (service_id, idempotency_key),
    UNIQUE (service_id, run_id, operation_kind),
    FOREIGN KEY (run_id, context_id, service_id, user_id)
        REFERENCES psycheos.runs (run_id, context_id, service_id, owner_user_id),
    CHECK ((status = 'reserved') = (settled_at IS NULL)),
    CHECK ((status = 'canceled') = (cancel_reason IS NOT NULL))
);
CREATE INDEX usage_ledger_open ON psycheos.usage_ledger (reserved_until) WHERE status = 'reserved';
CREATE INDEX usage_ledger_of_user ON psycheos.usage_ledger (user_id, created_at DESC);

-- Double entry. The accounts of a user are 'available' and 'reserved'; the others are the platform's.
CREATE TABLE psycheos.ledger_entries (
    entry_id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    transaction_id uuid NOT NULL,
    operation_id   uuid REFERENCES psycheos.usage_ledger,
    payment_id     uuid REFERENCES psycheos.payments,
    user_id        uuid NOT NULL REFERENCES psycheos.users ON DELETE RESTRICT,
    account        text NOT NULL CHECK (account IN ('available', 'reserved', 'revenue', 'external', 'admin')),
    amount_stars   bigint NOT NULL CHECK (amount_stars <> 0),
    kind           text NOT NULL CHECK (kind IN ('topup', 'reserve', 'release', 'charge', 'refund', 'admin')),
    note           text,
    created_at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ledger_entries_of_user ON psycheos.ledger_entries (user_id, entry_id DESC);
CREATE INDEX ledger_entries_of_transaction ON psycheos.ledger_entries (transaction_id);

-- It fires at the end of a transaction, when nobody but the service is there any more, so it runs with its owner's rights.
CREATE FUNCTION psycheos.entries_balance() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF (SELECT sum(amount_stars) FROM psycheos.ledger_entries WHERE transaction_id = NEW.transaction_id) <> 0 THEN
        RAISE EXCEPTION 'the entries of a transaction must sum to zero' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_entries_balance AFTER INSERT ON psycheos.ledger_entries
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION psycheos.entries_balance();

CREATE FUNCTION psycheos.entries_are_forever() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'ledger entries are never changed or deleted' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER ledger_entries_forever BEFORE UPDATE OR DELETE ON psycheos.ledger_entries
    FOR EACH ROW EXECUTE FUNCTION psycheos.entries_are_forever();

-- Each reserve ends once, and nothing is charged without an artifact (R9).
CREATE FUNCTION psycheos.settle_once() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF OLD.status <> 'reserved' AND NEW.status <> OLD.status THEN
        RAISE EXCEPTION 'operation % is settled already', OLD.operation_id USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.cost_stars <> OLD.cost_stars OR NEW.user_id <> OLD.user_id OR NEW.run_id <> OLD.run_id THEN
        RAISE EXCEPTION 'an operation keeps its price, its payer and its run' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.status = 'committed' AND OLD.status = 'reserved' AND NOT EXISTS (
        SELECT FROM psycheos.artifacts a WHERE a.service_id = NEW.service_id AND a.run_id = NEW.run_id) THEN
        RAISE EXCEPTION 'nothing is charged without an artifact' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER usage_ledger_settle_once BEFORE UPDATE ON psycheos.usage_ledger
    FOR EACH ROW EXECUTE FUNCTION psycheos.settle_once();
