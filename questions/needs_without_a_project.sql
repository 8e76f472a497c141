/*
title: Needs that no project answers
meaning: "Each row is a need on the partnership's list for which no project is planned, live or completed, the most pressing first."
caveats:
  - "A project answers a need only if it names it. Work on the need may be going on outside the action plan."
  - "A need whose only projects were stopped is on this list, with how many there were."
  - "Priority 1 is the most pressing, 5 the least."
parameters:
  theme: {title: "Theme, by its code; empty for all", example: "good-homes"}
columns:
  projects_stopped: {title: "Projects for it that were stopped", unit: count}
  voices: {title: "Voices recorded for it", unit: count}
draw: {kind: table}
*/
WITH answer AS (
    SELECT
        need_id,
        count(*) FILTER (WHERE status <> 'stopped') AS projects,
        count(*) FILTER (WHERE status = 'stopped') AS projects_stopped
    FROM projects
    GROUP BY need_id
),
heard AS (
    SELECT need_id, count(*) AS voices FROM voices GROUP BY need_id
)
SELECT
    n.need_id,
    n.title AS need,
    n.theme_id,
    t.title AS theme,
    n.area_id,
    coalesce(w.name, 'The whole place') AS area,
    n.priority,
    n.raised_by,
    n.year,
    coalesce(p.projects_stopped, 0) AS projects_stopped,
    coalesce(h.voices, 0) AS voices
FROM needs AS n
JOIN themes AS t ON t.theme_id = n.theme_id
LEFT JOIN areas AS w ON w.area_id = n.area_id
LEFT JOIN answer AS p ON p.need_id = n.need_id
LEFT JOIN heard AS h ON h.need_id = n.need_id
WHERE coalesce(p.projects, 0) = 0 AND (:theme = '' OR n.theme_id = :theme)
ORDER BY n.priority, n.year, n.need_id
