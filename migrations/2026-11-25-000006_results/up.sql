CREATE TABLE psycheos.artifacts (
    artifact_id      uuid PRIMARY KEY,
    context_id       uuid NOT NULL,
    service_id       text NOT NULL,
    run_id           uuid NOT NULL,
    owner_user_id    uuid NOT NULL,
    artifact_type    text NOT NULL
                     CHECK (artifact_type IN ('summary', 'markers', 'questions_for_session', 'actions', 'full_report', 'raw_txt')),
    artifact_version text NOT NULL,
    summary          bytea NOT NULL CHECK (psycheos.is_sealed(summary)),
    payload_json     bytea NOT NULL CHECK (psycheos.is_sealed(payload_json)),
    payload_txt      bytea NOT NULL CHECK (psycheos.is_sealed(payload_txt)),
    risk_level       text CHECK (risk_level IN ('urgent', 'elevated')),
    released_at      timestamptz,
    idempotency_key  text NOT NULL CHECK (length(idempotency_key) <= 300),
    created_at       timestamptz NOT NULL DEFAULT now(),
    UNIQUE (service_id, run_id, artifact_type),
    UNIQUE (service_id, idempotency_key),
    FOREIGN KEY (run_id, context_id, service_id, owner_user_id)
        REFERENCES psycheos.runs (run_id, context_id, service_id, owner_user_id)
);
CREATE INDEX artifacts_of_context ON psycheos.artifacts (context_id, created_at DESC);

CREATE TABLE psycheos.files (
    file_id           uuid PRIMARY KEY,
    context_id        uuid NOT NULL REFERENCES psycheos.contexts,
    run_id            uuid REFERENCES psycheos.runs,
    artifact_id       uuid REFERENCES psycheos.artifacts ON DELETE CASCADE,
    kind              text NOT NULL CHECK (kind IN ('upload', 'report', 'chart', 'export')),
    format            text NOT NULL CHECK (format IN ('txt', 'docx', 'json', 'profile', 'zip', 'upload')),
    name              text NOT NULL CHECK (name ~ '^[a-z0-9_.-]{1,120}$'),
    mime              text NOT NULL,
    size              bigint NOT NULL CHECK (size >= 0),
    sha256            bytea NOT NULL CHECK (length(sha256) = 32),
    content           bytea CHECK (psycheos.is_sealed(content)),
    telegram_file_ids jsonb NOT NULL DEFAULT '{}',
    expires_at        timestamptz,
    created_at        timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX files_of_run ON psycheos.files (run_id);
CREATE INDEX files_of_artifact ON psycheos.files (artifact_id);
CREATE INDEX files_expiring ON psycheos.files (expires_at) WHERE expires_at IS NOT NULL;

-- An LLM call is a durable step: an answer that was paid for is kept and used again.
CREATE TABLE psycheos.llm_calls (
    call_id             uuid PRIMARY KEY,
    run_id              uuid REFERENCES psycheos.runs,
    job_id              uuid,
    step                text NOT NULL,
    request_fingerprint text NOT NULL,
    prompt_sha          text NOT NULL,
    model               text NOT NULL,
    status              text NOT NULL CHECK (status IN ('ok', 'rejected', 'failed')),
    response            bytea CHECK (psycheos.is_sealed(response)),
    stop_reason         text,
    input_tokens        bigint NOT NULL DEFAULT 0,
    output_tokens       bigint NOT NULL DEFAULT 0,
    cache_read_tokens   bigint NOT NULL DEFAULT 0,
    cache_write_tokens  bigint NOT NULL DEFAULT 0,
    cost_usd            numeric(12, 6) NOT NULL DEFAULT 0,
    latency_ms          integer NOT NULL DEFAULT 0,
    created_at          timestamptz NOT NULL DEFAULT now(),
    UNIQUE (run_id, step, request_fingerprint)
);

CREATE TABLE psycheos.consents (
    consent_id       uuid PRIMARY KEY,
    context_id       uuid NOT NULL REFERENCES psycheos.contexts,
    run_id           uuid NOT NULL REFERENCES psycheos.runs,
    subject          text NOT NULL,
    document_version text NOT NULL,
    document_sha256  text NOT NULL,
    locale           text NOT NULL CHECK (locale IN ('ru', 'en')),
    scopes           text[] NOT NULL CHECK (scopes @> ARRAY['health_data', 'pass_to_specialist']),
    granted_at       timestamptz NOT NULL DEFAULT now(),
    withdrawn_at     timestamptz
);
CREATE INDEX consents_of_run ON psycheos.consents (run_id);

CREATE TABLE psycheos.screenings (
    run_id       uuid PRIMARY KEY REFERENCES psycheos.runs,
    consent_id   uuid NOT NULL REFERENCES psycheos.consents,
    phase        smallint NOT NULL DEFAULT 1 CHECK (phase BETWEEN 1 AND 4),
    question     integer NOT NULL DEFAULT 0,
    answers      bytea CHECK (psycheos.is_sealed(answers)),
    results      bytea CHECK (psycheos.is_sealed(results)),
    created_at   timestamptz NOT NULL DEFAULT now(),
    completed_at timestamptz,
    withdrawn_at timestamptz,
    CHECK (withdrawn_at IS NULL OR (answers IS NULL AND results IS NULL))
);

CREATE TABLE psycheos.safety_events (
    event_id        uuid PRIMARY KEY,
    context_id      uuid NOT NULL REFERENCES psycheos.contexts,
    run_id          uuid NOT NULL REFERENCES psycheos.runs,
    category        text NOT NULL,
    source          text NOT NULL CHECK (source IN ('lexicon', 'option', 'model', 'button')),
    level           text NOT NULL CHECK (level IN ('urgent', 'elevated')),
    lexicon_version text NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    notified_at     timestamptz,
    acknowledged_at timestamptz,
    reminders       smallint NOT NULL DEFAULT 0,
    escalated_at    timestamptz
);
CREATE INDEX safety_events_open ON psycheos.safety_events (created_at) WHERE acknowledged_at IS NULL;
CREATE INDEX safety_events_of_run ON psycheos.safety_events (run_id);

CREATE TABLE psycheos.simulator_profiles (
    user_id    uuid PRIMARY KEY REFERENCES psycheos.users,
    sessions   integer NOT NULL DEFAULT 0,
    history    jsonb NOT NULL DEFAULT '[]',
    averages   jsonb NOT NULL DEFAULT '{}',
    weak_moves jsonb NOT NULL DEFAULT '[]',
    updated_at timestamptz NOT NULL DEFAULT now()
);
