/*
message: "No project answers the need {need_id}{stopped}."
advice: "If a project answers it, name the need in the need_id of the project. If none does, plan one, or say in the need's summary why not."
severity: warning
dataset: needs
why: >
  The action plan follows from what people need. A need that no project names, or whose only projects were stopped, is
  left unanswered.
*/
SELECT
    needs.rowid AS row_id,
    needs.need_id,
    CASE count(project_id)
        WHEN 0 THEN ''
        WHEN 1 THEN ' any more: ' || max(project_id) || ' was stopped'
        ELSE printf(' any more: all %d for it were stopped', count(project_id))
    END AS stopped
FROM needs LEFT JOIN projects USING (need_id)
GROUP BY needs.rowid
HAVING count(project_id) FILTER (WHERE status IS NOT 'stopped') = 0
ORDER BY row_id
