/*
title: Services with one purpose in one ward
meaning: "Each row is a running service that shares its purpose and its area with at least one other running service, with how many there are and how many agencies commission them."
caveats:
  - "Several services side by side may be a choice (different ages, different needs). The list shows where to ask, not what to close."
  - "Services for the whole place are compared with one another, not with those of a single ward, though a resident may meet both."
  - "A service whose purpose nobody has stated cannot be found here."
parameters:
  purpose: {title: "Purpose, by its code; empty for all", example: "debt-advice"}
  area: {title: "Area, by its code; empty for all", example: "X05000005"}
columns:
  services_together: {title: "Services with this purpose here", unit: count}
  agencies_together: {title: "Agencies commissioning them", unit: count}
draw: {kind: table}
*/
WITH running AS (
    SELECT s.*
    FROM services AS s
    JOIN releases AS r ON s.starts <= r.as_of AND (s.ends IS NULL OR s.ends >= r.as_of)
    WHERE s.purpose_id IS NOT NULL
        AND (:purpose = '' OR s.purpose_id = :purpose)
        AND (:area = '' OR s.area_id = :area)
),
together AS (
    SELECT purpose_id, area_id, count(*) AS services_together, count(DISTINCT agency_id) AS agencies_together
    FROM running
    GROUP BY purpose_id, area_id
    HAVING count(*) > 1
)
SELECT
    t.purpose_id,
    p.title AS purpose,
    t.area_id,
    coalesce(w.name, 'The whole place') AS area,
    t.services_together,
    t.agencies_together,
    s.service_id,
    s.title AS service,
    s.agency_id,
    a.name AS agency,
    s.provider_id,
    d.name AS provider,
    s.tier
FROM together AS t
JOIN running AS s ON s.purpose_id = t.purpose_id AND s.area_id IS t.area_id
JOIN purposes AS p ON p.purpose_id = t.purpose_id
JOIN agencies AS a ON a.agency_id = s.agency_id
LEFT JOIN areas AS w ON w.area_id = t.area_id
LEFT JOIN providers AS d ON d.provider_id = s.provider_id
ORDER BY purpose, t.purpose_id, t.area_id IS NULL, area, t.area_id, agency, service, s.service_id
