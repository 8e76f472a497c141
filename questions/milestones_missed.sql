/*
title: Milestones missed
meaning: "Each row is a milestone of a project that was not reached by its day: still open on the day of this release, or reached late."
caveats:
  - "Milestones are set by the projects themselves. A project with none cannot miss any."
  - "Stopped projects are listed with their state: nobody will reach their milestones."
parameters:
  programme: {title: "Programme, by its code; empty for all", example: "family-partnership"}
columns:
  state: {title: "State of the milestone"}
  days_late: {title: "Days late", unit: days}
draw: {kind: table}
*/
SELECT
    m.project_id,
    p.title AS project,
    p.programme_id,
    p.status AS project_status,
    m.milestone,
    m.due,
    m.done,
    CASE WHEN m.done IS NULL THEN 'open' ELSE 'reached late' END AS state,
    CAST(julianday(coalesce(m.done, r.as_of)) - julianday(m.due) AS INTEGER) AS days_late,
    coalesce(m.owner_agency_id, p.owner_agency_id) AS agency_id,
    a.name AS agency
FROM milestones AS m
JOIN releases AS r ON coalesce(m.done, r.as_of) > m.due
JOIN projects AS p ON p.project_id = m.project_id
LEFT JOIN agencies AS a ON a.agency_id = coalesce(m.owner_agency_id, p.owner_agency_id)
WHERE :programme = '' OR p.programme_id = :programme
ORDER BY state, days_late DESC, m.project_id, m.milestone
