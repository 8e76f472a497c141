/*
title: Who was a member on a given day
meaning: "Each row is an agency that sat on a board or group on the day asked for, since when and in which role."
caveats:
  - "Without a day, the day of this release is taken. The day on which an agency leaves is no longer a day of membership."
parameters:
  day: {title: "Day, for example 2024-06-30; empty for the day of this release", example: "2024-06-30"}
columns:
  day: {title: "Day"}
draw: {kind: table}
*/
SELECT
    coalesce(nullif(:day, ''), r.as_of) AS day,
    m.body,
    m.agency_id,
    a.name AS agency,
    a.agency_type,
    m.role,
    m.joined
FROM releases AS r
JOIN members AS m
    ON m.joined <= coalesce(nullif(:day, ''), r.as_of)
    AND (m."left" IS NULL OR m."left" > coalesce(nullif(:day, ''), r.as_of))
JOIN agencies AS a ON a.agency_id = m.agency_id
ORDER BY m.body, instr('lead,member,business,voluntary,frontline,resident', m.role), agency, m.agency_id, m.joined
