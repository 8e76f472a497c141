/*
title: Members over time
meaning: "Each row is an agency joining or leaving a board or group, and how many members that body had at the end of that day."
caveats:
  - "Each board and theme group counts its own members: an agency that sits on three is counted in each."
  - "A higher number is not a stronger partnership: look at the roles, too."
parameters:
  body: {title: "Board or group, as written; empty for all", example: "Partnership board"}
columns:
  on_date: {title: "Date"}
  event: {title: "What happened"}
  members_after: {title: "Members at the end of the day", unit: count}
draw: {kind: line, x: on_date, y: members_after, colour: body}
*/
WITH event AS (
    SELECT joined AS on_date, 'joined' AS event, 1 AS change, agency_id, body, role FROM members
    UNION ALL
    SELECT "left", 'left', -1, agency_id, body, role FROM members WHERE "left" IS NOT NULL
)
SELECT
    e.body,
    e.on_date,
    e.event,
    e.agency_id,
    a.name AS agency,
    e.role,
    -- RANGE takes in all that happened on the same day
    sum(e.change) OVER (PARTITION BY e.body ORDER BY e.on_date RANGE UNBOUNDED PRECEDING) AS members_after
FROM event AS e
JOIN releases AS r ON e.on_date <= r.as_of
JOIN agencies AS a ON a.agency_id = e.agency_id
WHERE :body = '' OR e.body = :body
ORDER BY e.body, e.on_date, e.event, agency, e.agency_id
