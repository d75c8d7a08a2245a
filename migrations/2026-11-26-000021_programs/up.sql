-- Other programs use passes and results as the bots do.

-- A pass, checked and used for the person who shows it. `outcome` is `first` or `again` when it is theirs; otherwise a reason:
-- `unknown`, `wrong_service`, `wrong_role`, `own`, `used`, `revoked`, `expired`, `over`, `archived`, `too_many_tries`. Of a pass that
-- does not belong to p_viewer nothing is told. What binds is pass_open: one guarded UPDATE.
CREATE FUNCTION psycheos.pass_verify(p_hash bytea, p_service text, p_role text, p_person bigint, p_viewer uuid)
    RETURNS TABLE (outcome text, run_id uuid, context_id uuid, subject_id text, expires_at timestamptz)
    LANGUAGE plpgsql SET search_path = '' AS $$
#variable_conflict use_column
DECLARE
    l psycheos.link_tokens;
    v_outcome text;
BEGIN
    SELECT * INTO l FROM psycheos.link_tokens t WHERE t.token_hash = p_hash AND (p_viewer IS NULL OR t.issued_by = p_viewer);
    IF NOT FOUND THEN
        RETURN QUERY SELECT 'unknown', NULL::uuid, NULL::uuid, NULL::text, NULL::timestamptz;
        RETURN;
    END IF;
    IF l.service_id <> p_service OR l.role <> p_role THEN
        RETURN QUERY SELECT CASE WHEN l.service_id <> p_service THEN 'wrong_service' ELSE 'wrong_role' END,
            NULL::uuid, NULL::uuid, NULL::text, NULL::timestamptz;
        RETURN;
    END IF;
    SELECT o.outcome INTO v_outcome FROM psycheos.pass_open(p_hash, p_service, p_service, p_person) o;
    IF v_outcome IN ('first', 'again') THEN
        RETURN QUERY SELECT v_outcome, l.run_id, l.context_id, l.subject_id, l.expires_at;
        RETURN;
    END IF;
    RETURN QUERY SELECT CASE
        WHEN v_outcome = 'taken' THEN 'used'
        WHEN v_outcome <> 'unavailable' THEN v_outcome
        WHEN t.revoked_at IS NOT NULL THEN 'revoked'
        WHEN t.expires_at <= now() THEN 'expired'
        WHEN r.status NOT IN ('issued', 'active') THEN 'over'
        ELSE 'archived' END, NULL::uuid, NULL::uuid, NULL::text, NULL::timestamptz
        FROM psycheos.link_tokens t JOIN psycheos.runs r ON r.run_id = t.run_id WHERE t.token_hash = p_hash;
END $$;

-- How often a key may be used, and how often it was within its minute. Apart from the keys, whose rows wait for nobody.
ALTER TABLE psycheos.service_keys
    ADD COLUMN calls_per_minute integer NOT NULL DEFAULT 600 CHECK (calls_per_minute BETWEEN 1 AND 60000);
CREATE TABLE psycheos.service_key_calls (
    key_id uuid PRIMARY KEY REFERENCES psycheos.service_keys ON DELETE CASCADE,
    since  timestamptz NOT NULL DEFAULT now(),
    calls  integer NOT NULL DEFAULT 1
) WITH (fillfactor = 50);
INSERT INTO psycheos.role_grants (role_name, table_name, verbs) VALUES
    ('psy_api', 'service_key_calls', 'SELECT, INSERT, UPDATE');

-- The rows a page of a case's results is cut from, newest first; ties are told apart by the id.
CREATE INDEX artifacts_paged ON psycheos.artifacts (context_id, created_at DESC, artifact_id DESC);
DROP INDEX psycheos.artifacts_of_context;

-- Results of other programs are stored with their documents; documents of results are handed out.
UPDATE psycheos.role_grants SET verbs = 'SELECT, INSERT' WHERE role_name = 'psy_api' AND table_name IN ('artifacts', 'files');

SELECT psycheos.secure();
