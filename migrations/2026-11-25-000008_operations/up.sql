CREATE TABLE psycheos.service_keys (
    key_id        uuid PRIMARY KEY,
    name          text NOT NULL,
    key_hash      bytea NOT NULL UNIQUE CHECK (length(key_hash) = 32),
    scopes        text[] NOT NULL,
    owner_user_id uuid REFERENCES psycheos.users,
    created_at    timestamptz NOT NULL DEFAULT now(),
    revoked_at    timestamptz,
    last_used_at  timestamptz
);

CREATE TABLE psycheos.erasure_log (
    erasure_id   uuid PRIMARY KEY,
    subject      text NOT NULL,
    context_id   uuid,
    requested_at timestamptz NOT NULL DEFAULT now(),
    done_at      timestamptz
);

CREATE TABLE psycheos.webhook_samples (
    bot_id        text NOT NULL,
    at            timestamptz NOT NULL DEFAULT now(),
    url_ok        boolean NOT NULL,
    pending       integer NOT NULL,
    last_error_at timestamptz,
    last_error    text,
    PRIMARY KEY (bot_id, at)
);

CREATE TABLE psycheos.audit_log (
    audit_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    actor       text NOT NULL,
    role        text NOT NULL,
    action      text NOT NULL,
    context_id  uuid,
    artifact_id uuid,
    detail      text,
    at          timestamptz NOT NULL DEFAULT now(),
    trace_id    text
);
CREATE INDEX audit_log_of_context ON psycheos.audit_log (context_id, at) WHERE context_id IS NOT NULL;

CREATE TABLE psycheos.cron_heartbeat (
    task        text PRIMARY KEY,
    last_ok     timestamptz,
    last_error  text,
    duration_ms integer NOT NULL DEFAULT 0
);

-- What is on offer to whoever operates the platform: alerts wait here until a sender or cron has passed them on.
CREATE TABLE psycheos.operator_alerts (
    alert_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code       text NOT NULL,
    detail     text,
    created_at timestamptz NOT NULL DEFAULT now(),
    sent_at    timestamptz
);
CREATE INDEX operator_alerts_open ON psycheos.operator_alerts (alert_id) WHERE sent_at IS NULL;
