-- Other programs: keys with scopes, and what the HTTP interface needs to reserve, commit and cancel.

-- A key says what it may do in words the build knows; one without a scope or a name would be of no use to anybody.
ALTER TABLE psycheos.service_keys
    ADD CONSTRAINT service_keys_name CHECK (length(name) BETWEEN 1 AND 100),
    ADD CONSTRAINT service_keys_scopes CHECK (
        cardinality(scopes) > 0
        AND scopes <@ ARRAY['links:issue', 'links:verify', 'usage:write', 'artifacts:write', 'artifacts:read']);

-- An operation of a run as it stands, under the lock of its wallet: what is decided about it holds until the transaction
-- ends. No row: there is no such run, or p_viewer is given and the run is somebody else's. It runs with the caller's rights
-- and changes nothing but the wallet's existence; the changes are usage_reserve, usage_commit and usage_cancel.
CREATE FUNCTION psycheos.usage_lock(p_run uuid, p_kind text, p_viewer uuid)
    RETURNS TABLE (owner_user_id uuid, context_id uuid, service_id text, run_open boolean, has_artifact boolean,
                   price_stars bigint, available_stars bigint, operation_id uuid, status text, cost_stars bigint,
                   written_off_stars bigint, reserved_until timestamptz, settled_at timestamptz)
    LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    r psycheos.runs;
    w psycheos.wallets;
    o psycheos.usage_ledger;
BEGIN
    SELECT * INTO r FROM psycheos.runs x WHERE x.run_id = p_run AND (p_viewer IS NULL OR x.owner_user_id = p_viewer);
    IF NOT FOUND THEN
        RETURN;
    END IF;
    w := psycheos.wallet_lock(r.owner_user_id);
    -- The lock may have been waited for, and the run may have ended meanwhile: endings of a run take it too.
    SELECT * INTO r FROM psycheos.runs x WHERE x.run_id = p_run;
    -- A commit that came after its reserve had ended was charged under a kind of its own; that one says how it ended.
    SELECT * INTO o FROM psycheos.usage_ledger u
        WHERE u.run_id = p_run AND u.operation_kind IN (p_kind, p_kind || '+again')
        ORDER BY u.operation_kind = p_kind LIMIT 1;
    RETURN QUERY SELECT r.owner_user_id, r.context_id, r.service_id, r.status IN ('issued', 'active'),
        EXISTS (SELECT FROM psycheos.artifacts a WHERE a.service_id = r.service_id AND a.run_id = p_run),
        psycheos.price_of(r.service_id, p_kind), w.balance_stars - w.reserved_stars,
        o.operation_id, o.status, o.cost_stars, o.written_off_stars, o.reserved_until, o.settled_at;
END $$;

INSERT INTO psycheos.role_grants (role_name, table_name, verbs) VALUES
    ('psy_api', 'service_keys', 'SELECT, UPDATE (last_used_at)');
-- Results of other programs are charged through the HTTP interface; without an artifact the database refuses it there too.
INSERT INTO psycheos.role_functions (role_name, function_name) VALUES
    ('psy_api', 'usage_commit');

SELECT psycheos.secure();
