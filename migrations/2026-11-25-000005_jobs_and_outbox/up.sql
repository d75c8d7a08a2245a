CREATE TABLE psycheos.jobs (
    job_id            uuid PRIMARY KEY,
    seq               bigint GENERATED ALWAYS AS IDENTITY,
    kind              text NOT NULL,
    service_id        text NOT NULL,
    bot_id            text,
    chat_id           bigint,
    context_id        uuid REFERENCES psycheos.contexts,
    run_id            uuid REFERENCES psycheos.runs,
    requester_user_id uuid REFERENCES psycheos.users,
    payload           bytea CHECK (psycheos.is_sealed(payload)),
    priority          smallint NOT NULL DEFAULT 50,
    status            text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'running', 'done', 'failed', 'canceled')),
    run_after         timestamptz NOT NULL DEFAULT now(),
    lease             uuid,
    lease_until       timestamptz,
    attempt_count     integer NOT NULL DEFAULT 0,
    max_attempts      integer NOT NULL DEFAULT 8,
    last_error        text,
    traceparent       text,
    tracestate        text,
    correlation_id    text,
    idempotency_key   text NOT NULL CHECK (length(idempotency_key) <= 300),
    created_at        timestamptz NOT NULL DEFAULT now(),
    finished_at       timestamptz,
    UNIQUE NULLS NOT DISTINCT (service_id, run_id, idempotency_key),
    CHECK ((status = 'running') = (lease IS NOT NULL)),
    CHECK ((lease IS NULL) = (lease_until IS NULL)),
    CHECK ((bot_id IS NULL) = (chat_id IS NULL))
) WITH (fillfactor = 80);
CREATE INDEX jobs_queued ON psycheos.jobs (priority, seq) WHERE status = 'queued';
CREATE INDEX jobs_running ON psycheos.jobs (lease_until) WHERE status = 'running';
CREATE INDEX jobs_of_conversation ON psycheos.jobs (bot_id, chat_id, seq) WHERE status IN ('queued', 'running');
CREATE UNIQUE INDEX jobs_one_running_per_chat ON psycheos.jobs (bot_id, chat_id) WHERE status = 'running';
CREATE INDEX jobs_of_context ON psycheos.jobs (context_id);
CREATE INDEX jobs_of_run ON psycheos.jobs (run_id);
CREATE INDEX jobs_finished ON psycheos.jobs (finished_at) WHERE finished_at IS NOT NULL;

-- chat_id is NULL for calls without a chat (answers to a pre-checkout). seq is taken under the chat's row lock, so that it
-- is the order of the chat.
CREATE TABLE psycheos.outbox_messages (
    outbox_id           uuid PRIMARY KEY,
    seq                 bigint GENERATED ALWAYS AS IDENTITY,
    bot_id              text NOT NULL,
    chat_id             bigint,
    context_id          uuid REFERENCES psycheos.contexts,
    run_id              uuid,
    lane                smallint NOT NULL DEFAULT 1 CHECK (lane BETWEEN 0 AND 3),
    kind                text NOT NULL CHECK (kind IN ('danger', 'reply', 'result', 'notice', 'reminder', 'progress', 'edit', 'file',
                                                      'invoice', 'receipt', 'checkout', 'broadcast', 'command')),
    method              text NOT NULL,
    payload             bytea CHECK (psycheos.is_sealed(payload)),
    file_id             uuid,
    depends_on          uuid,
    target_message_id   bigint,
    telegram_message_id bigint,
    status              text NOT NULL DEFAULT 'pending'
                        CHECK (status IN ('pending', 'sending', 'sent', 'failed', 'canceled', 'held')),
    not_before          timestamptz NOT NULL DEFAULT now(),
    lease               uuid,
    lease_until         timestamptz,
    sending_since       timestamptz,
    attempt_count       integer NOT NULL DEFAULT 0,
    max_attempts        integer NOT NULL DEFAULT 12,
    ambiguous           integer NOT NULL DEFAULT 0,
    last_error          text,
    traceparent         text,
    tracestate          text,
    correlation_id      text,
    idempotency_key     text NOT NULL CHECK (length(idempotency_key) <= 300),
    created_at          timestamptz NOT NULL DEFAULT now(),
    finished_at         timestamptz,
    UNIQUE (bot_id, idempotency_key),
    CHECK ((status = 'sending') = (lease IS NOT NULL)),
    CHECK ((lease IS NULL) = (lease_until IS NULL)),
    CHECK ((status IN ('sent', 'failed', 'canceled')) = (finished_at IS NOT NULL))
) WITH (fillfactor = 80);
CREATE INDEX outbox_open_of_chat ON psycheos.outbox_messages (bot_id, chat_id, seq) WHERE status IN ('pending', 'sending');
CREATE INDEX outbox_pending ON psycheos.outbox_messages (lane, seq) WHERE status = 'pending';
CREATE INDEX outbox_sending ON psycheos.outbox_messages (lease_until) WHERE status = 'sending';
CREATE INDEX outbox_held ON psycheos.outbox_messages (bot_id, chat_id) WHERE status = 'held';
CREATE INDEX outbox_of_chat ON psycheos.outbox_messages (bot_id, chat_id, created_at);
CREATE INDEX outbox_of_context ON psycheos.outbox_messages (context_id) WHERE context_id IS NOT NULL;
CREATE INDEX outbox_finished ON psycheos.outbox_messages (finished_at) WHERE finished_at IS NOT NULL;

-- The shared state of all senders. next_at is the theoretical arrival time of the generic cell rate algorithm: a message
-- may go while next_at is at most (burst - 1) intervals ahead. chat_id 0 is the bot itself.
CREATE TABLE psycheos.send_pace (
    bot_id             text NOT NULL,
    chat_id            bigint NOT NULL,
    next_at            timestamptz NOT NULL DEFAULT '-infinity',
    frozen_until       timestamptz NOT NULL DEFAULT '-infinity',
    refusals           integer NOT NULL DEFAULT 0,
    refused_at         timestamptz,
    unreachable_reason text,
    updated_at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (bot_id, chat_id)
) WITH (fillfactor = 50);
