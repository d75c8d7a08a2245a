CREATE TABLE psycheos.runs (
    run_id         uuid PRIMARY KEY,
    context_id     uuid NOT NULL,
    service_id     text NOT NULL CHECK (service_id IN ('screen', 'interpretator', 'conceptualizator', 'simulator')),
    owner_user_id  uuid NOT NULL,
    role           text NOT NULL CHECK (role IN ('specialist', 'client')),
    status         text NOT NULL DEFAULT 'issued'
                   CHECK (status IN ('issued', 'active', 'completed', 'failed', 'canceled', 'expired')),
    cancel_reason  text CHECK (cancel_reason IN ('revoked', 'declined', 'withdrawn', 'deleted')),
    correlation_id text NOT NULL,
    state          bytea CHECK (psycheos.is_sealed(state)),
    created_at     timestamptz NOT NULL DEFAULT now(),
    started_at     timestamptz,
    finished_at    timestamptz,
    UNIQUE (run_id, context_id, service_id, owner_user_id),
    FOREIGN KEY (context_id, owner_user_id) REFERENCES psycheos.contexts (context_id, specialist_user_id),
    CHECK (role <> 'client' OR service_id = 'screen'),
    CHECK ((status = 'canceled') = (cancel_reason IS NOT NULL)),
    CHECK ((status IN ('issued', 'active')) = (finished_at IS NULL))
);
CREATE INDEX runs_of_context ON psycheos.runs (context_id, service_id, created_at DESC);

CREATE TABLE psycheos.link_tokens (
    jti               uuid PRIMARY KEY,
    token_hash        bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    service_id        text NOT NULL CHECK (service_id IN ('screen', 'interpretator', 'conceptualizator', 'simulator')),
    context_id        uuid NOT NULL,
    run_id            uuid NOT NULL UNIQUE,
    role              text NOT NULL CHECK (role IN ('specialist', 'client')),
    subject_id        text,
    issued_by         uuid NOT NULL,
    token             bytea CHECK (psycheos.is_sealed(token)),
    bound_telegram_id bigint,
    expires_at        timestamptz NOT NULL,
    used_at           timestamptz,
    revoked_at        timestamptz,
    created_at        timestamptz NOT NULL DEFAULT now(),
    CHECK (role <> 'client' OR service_id = 'screen'),
    CHECK (used_at IS NULL OR token IS NULL),
    FOREIGN KEY (run_id, context_id, service_id, issued_by)
        REFERENCES psycheos.runs (run_id, context_id, service_id, owner_user_id)
);
CREATE INDEX link_tokens_unopened ON psycheos.link_tokens (expires_at) WHERE used_at IS NULL AND revoked_at IS NULL;

CREATE FUNCTION psycheos.keep_binding() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.bound_telegram_id IS NOT NULL AND NEW.bound_telegram_id IS DISTINCT FROM OLD.bound_telegram_id THEN
        RAISE EXCEPTION 'a pass stays bound to the person who opened it' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER link_tokens_keep_binding BEFORE UPDATE OF bound_telegram_id ON psycheos.link_tokens
    FOR EACH ROW EXECUTE FUNCTION psycheos.keep_binding();

-- Wrong links of a person, so that guessing is limited (S6): ten in ten minutes.
CREATE TABLE psycheos.pass_tries (
    bot_id      text NOT NULL,
    telegram_id bigint NOT NULL,
    since       timestamptz NOT NULL,
    tries       integer NOT NULL,
    PRIMARY KEY (bot_id, telegram_id)
);
