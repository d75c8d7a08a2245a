CREATE TABLE psycheos.users (
    user_id         uuid PRIMARY KEY,
    telegram_id     bigint NOT NULL UNIQUE,
    role            text NOT NULL DEFAULT 'specialist' CHECK (role = 'specialist'),
    status          text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'blocked')),
    username        text,
    full_name       text NOT NULL,
    language_code   text,
    locale          text CHECK (locale IN ('ru', 'en')),
    country         text CHECK (country ~ '^[A-Z]{2}$'),
    notify          boolean NOT NULL DEFAULT true,
    invitation_days smallint NOT NULL DEFAULT 7 CHECK (invitation_days IN (1, 3, 7, 14)),
    created_at      timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE psycheos.specialist_invites (
    invite_id  uuid PRIMARY KEY,
    token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    created_by uuid REFERENCES psycheos.users,
    note       text,
    max_uses   integer NOT NULL CHECK (max_uses BETWEEN 1 AND 50),
    used_count integer NOT NULL DEFAULT 0 CHECK (used_count >= 0),
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    CHECK (used_count <= max_uses)
);

CREATE TABLE psycheos.contexts (
    context_id         uuid PRIMARY KEY,
    specialist_user_id uuid NOT NULL REFERENCES psycheos.users,
    client_ref         bytea CHECK (psycheos.is_sealed(client_ref)),
    service_intent     text CHECK (service_intent IN ('screen', 'interpretator', 'conceptualizator', 'simulator')),
    status             text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'active', 'closed')),
    created_at         timestamptz NOT NULL DEFAULT now(),
    last_activity_at   timestamptz NOT NULL DEFAULT now(),
    archived_at        timestamptz,
    deleted_at         timestamptz,
    UNIQUE (context_id, specialist_user_id),
    CHECK ((status = 'closed') = (archived_at IS NOT NULL)),
    CHECK ((client_ref IS NULL) = (deleted_at IS NOT NULL))
);
CREATE INDEX contexts_of_specialist ON psycheos.contexts (specialist_user_id, last_activity_at DESC) WHERE deleted_at IS NULL;

-- The key of everything sealed of a case, of a specialist, or (neither) of rows that belong to nobody yet.
CREATE TABLE psycheos.case_keys (
    key_id       uuid PRIMARY KEY,
    context_id   uuid REFERENCES psycheos.contexts,
    user_id      uuid REFERENCES psycheos.users,
    kek_id       bigint NOT NULL,
    wrapped_dek  bytea,
    created_at   timestamptz NOT NULL DEFAULT now(),
    destroyed_at timestamptz,
    CHECK (num_nonnulls(context_id, user_id) <= 1),
    CHECK ((wrapped_dek IS NULL) = (destroyed_at IS NOT NULL))
);
CREATE UNIQUE INDEX case_keys_of_context ON psycheos.case_keys (context_id) WHERE context_id IS NOT NULL;
CREATE UNIQUE INDEX case_keys_of_user ON psycheos.case_keys (user_id) WHERE user_id IS NOT NULL;
CREATE UNIQUE INDEX case_keys_of_platform ON psycheos.case_keys ((true)) WHERE context_id IS NULL AND user_id IS NULL;
