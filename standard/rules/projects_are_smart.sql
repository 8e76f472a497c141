/*
message: "The project {project_id} is not {word}, the {letter} of SMART: it {lack}."
advice: "Add what is missing, or say in the project's risk why it cannot be said yet."
severity: warning
dataset: projects
why: >
  A project that is specific, measurable, achievable, relevant and time-bound says what will be done, how anyone can
  tell whether it worked, who does it with what, which need it answers and until when. What is missing is missing on
  the page of the project too. Each letter that is missing is named by itself; of stopped projects nothing is asked
  any more.
*/
WITH missing AS (
    SELECT rowid AS row_id, 1 AS place, 'specific' AS field, 'specific' AS word, 'does not say more than its title' AS lack
    FROM projects WHERE specific IS NULL OR lower(trim(specific, ' .')) = lower(trim(title, ' .'))
    UNION ALL
    SELECT rowid, 2, 'indicator_id', 'measurable', 'names no indicator that would show whether it works'
    FROM projects WHERE indicator_id IS NULL
    UNION ALL
    SELECT rowid, 3, iif(resources IS NULL, 'resources', 'owner_agency_id'), 'achievable',
        CASE
            WHEN owner_agency_id IS NOT NULL THEN 'does not say what it has to work with'
            WHEN resources IS NOT NULL THEN 'does not say which agency answers for it'
            ELSE 'says neither what it has to work with nor which agency answers for it'
        END
    FROM projects WHERE resources IS NULL OR owner_agency_id IS NULL
    UNION ALL
    SELECT rowid, 4, 'need_id', 'relevant', 'names no need that it answers'
    FROM projects WHERE need_id IS NULL
    UNION ALL
    SELECT rowid, 5, iif(starts IS NULL, 'starts', 'ends'), 'time-bound',
        CASE
            WHEN starts IS NOT NULL THEN 'has no last day'
            WHEN ends IS NOT NULL THEN 'has no first day'
            ELSE 'has neither a first nor a last day'
        END
    FROM projects WHERE starts IS NULL OR ends IS NULL
)
SELECT row_id, project_id, field, word, upper(substr(word, 1, 1)) AS letter, lack
FROM missing JOIN projects ON projects.rowid = row_id
WHERE status IS NOT 'stopped'
ORDER BY row_id, place
