-- A specialist may give a tool's run up: nothing is charged for it.
ALTER TABLE psycheos.runs
    DROP CONSTRAINT runs_cancel_reason_check,
    ADD CONSTRAINT runs_cancel_reason_check
        CHECK (cancel_reason IN ('revoked', 'declined', 'withdrawn', 'deleted', 'given_up'));

-- The pass that a second press on the same tool shows again.
CREATE INDEX link_tokens_waiting ON psycheos.link_tokens (context_id, service_id)
    WHERE role = 'specialist' AND used_at IS NULL AND revoked_at IS NULL;

SELECT psycheos.secure();
