/*
message: "The project {project_id} {what}; its programme {programme_id} {bound}."
advice: "Correct the dates of the project, or of its programme if that was prolonged."
severity: warning
dataset: projects
why: >
  Money, shares and targets are agreed for a programme's own dates. What a project does before or after has no
  agreement behind it.
*/
WITH outside AS (
    SELECT
        projects.rowid AS row_id, 1 AS place, project_id, programme_id, 'starts' AS field,
        'starts on ' || projects.starts AS what, 'starts on ' || programmes.starts AS bound
    FROM projects JOIN programmes USING (programme_id)
    WHERE projects.starts < programmes.starts
    UNION ALL
    SELECT
        projects.rowid, 2, project_id, programme_id, 'ends',
        'ends on ' || projects.ends, 'ends on ' || programmes.ends
    FROM projects JOIN programmes USING (programme_id)
    WHERE projects.ends > programmes.ends
    UNION ALL
    SELECT
        projects.rowid, 3, project_id, programme_id, 'starts',
        'starts on ' || projects.starts, 'ends on ' || programmes.ends
    FROM projects JOIN programmes USING (programme_id)
    WHERE projects.starts > programmes.ends AND projects.ends IS NULL
)
SELECT row_id, project_id, programme_id, field, what, bound
FROM outside
ORDER BY row_id, place
