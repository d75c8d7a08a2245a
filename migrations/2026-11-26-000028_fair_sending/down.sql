-- Expand and contract: a schema change is undone by a new migration, never by going back over live data.
DO $$ BEGIN RAISE EXCEPTION 'this migration is not undone; write a new one'; END $$;
