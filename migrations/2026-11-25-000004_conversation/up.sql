CREATE TABLE psycheos.bot_chat_state (
    bot_id        text NOT NULL CHECK (bot_id IN ('pro', 'screen', 'interpretator', 'conceptualizator', 'simulator')),
    chat_id       bigint NOT NULL,
    user_id       uuid REFERENCES psycheos.users,
    role          text CHECK (role IN ('specialist', 'client')),
    state         text NOT NULL DEFAULT '',
    state_payload bytea CHECK (psycheos.is_sealed(state_payload)),
    context_id    uuid REFERENCES psycheos.contexts,
    run_id        uuid REFERENCES psycheos.runs,
    version       bigint NOT NULL DEFAULT 0,
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (bot_id, chat_id)
) WITH (fillfactor = 70);
CREATE INDEX bot_chat_state_of_run ON psycheos.bot_chat_state (run_id) WHERE run_id IS NOT NULL;

CREATE TABLE psycheos.telegram_update_dedup (
    bot_id      text NOT NULL,
    update_id   bigint NOT NULL,
    chat_id     bigint,
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (bot_id, update_id)
);
CREATE INDEX telegram_update_dedup_age ON psycheos.telegram_update_dedup USING brin (received_at);

CREATE TABLE psycheos.dead_updates (
    bot_id      text NOT NULL,
    update_id   bigint NOT NULL,
    raw         bytea CHECK (psycheos.is_sealed(raw)),
    reason      text NOT NULL,
    failures    integer NOT NULL DEFAULT 1,
    dead        boolean NOT NULL DEFAULT false,
    created_at  timestamptz NOT NULL DEFAULT now(),
    resolved_at timestamptz,
    PRIMARY KEY (bot_id, update_id)
);
