/*
title: Projects that work in an area
meaning: "Each row is one project that works in the area, in a larger area around it or in one inside it: its programme, state and owner, and the payments that name both it and this area."
caveats:
  - "A project for a larger area may do little in a single ward: the column says which area it names."
  - "Payments leave out pay and everything below the thresholds. A project without payments here may still work here."
parameters:
  area: {title: "Area, by its code (needed)", example: "X05000005"}
columns:
  works_in: {title: "Works in"}
  payments_pence: {title: "Payments for it here", unit: gbp}
draw: {kind: table}
*/
WITH RECURSIVE around AS (
    SELECT area_id, parent_id FROM areas WHERE area_id = :area
    UNION
    SELECT a.area_id, a.parent_id FROM areas AS a JOIN around AS i ON a.area_id = i.parent_id
),
inside AS (
    SELECT area_id FROM areas WHERE area_id = :area
    UNION
    SELECT a.area_id FROM areas AS a JOIN inside AS o ON a.parent_id = o.area_id
)
SELECT
    p.project_id,
    p.title AS project,
    p.programme_id,
    g.title AS programme,
    p.status,
    p.owner_agency_id,
    o.name AS owner,
    p.area_id,
    w.name AS works_in,
    (SELECT sum(s.amount_pence) FROM yearly_spend AS s WHERE s.project_id = p.project_id AND s.area_id = :area) AS payments_pence
FROM projects AS p
LEFT JOIN programmes AS g ON g.programme_id = p.programme_id
LEFT JOIN agencies AS o ON o.agency_id = p.owner_agency_id
LEFT JOIN areas AS w ON w.area_id = p.area_id
WHERE p.area_id IN (SELECT area_id FROM around UNION SELECT area_id FROM inside)
ORDER BY p.area_id <> :area, project, p.project_id
