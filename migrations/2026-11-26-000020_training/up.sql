-- A specialist's training with virtual clients: numbers of the latest two hundred sessions, no words of anybody. Averages and weak moves are
-- computed from them where they are shown.
ALTER TABLE psycheos.simulator_profiles
    DROP COLUMN averages,
    DROP COLUMN weak_moves,
    ADD CHECK (sessions >= 0),
    ADD CHECK (jsonb_typeof(history) = 'array' AND jsonb_array_length(history) <= 200);
INSERT INTO psycheos.role_grants (role_name, table_name, verbs) VALUES
    ('psy_api', 'simulator_profiles', 'SELECT'),
    ('psy_worker', 'simulator_profiles', 'SELECT, INSERT, UPDATE');

-- The course of a session and a specialist's training are pictures of their own.
ALTER TABLE psycheos.files
    DROP CONSTRAINT files_format_check,
    ADD CONSTRAINT files_format_check
        CHECK (format IN ('txt', 'docx', 'json', 'profile', 'portrait', 'board', 'course', 'training', 'finance', 'zip', 'upload'));

SELECT psycheos.secure();
