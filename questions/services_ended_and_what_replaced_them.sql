/*
title: Services that ended, and what replaced them
meaning: "Each row is a service that has ended: when, why, which service took its place and how many days lay between."
caveats:
  - "Replaced does not mean the same help for the same people: compare the area, the tier and who delivers it."
  - "A new service that already ran may have been there for years: it took on the old one's people, and was not made for them."
parameters:
  agency: {title: "Commissioning agency, by its code; empty for all", example: "wexmoor-nhs"}
columns:
  ends: {title: "Last day"}
  outcome: {title: "What came of it"}
  handover: {title: "When the old one ended"}
  days_together: {title: "Days both ran", unit: days}
  days_between: {title: "Days without either service", unit: days}
draw: {kind: table}
*/
SELECT
    s.service_id,
    s.title AS service,
    s.agency_id,
    a.name AS agency,
    s.purpose_id,
    u.title AS purpose,
    s.tier,
    s.ends,
    s.ended_reason,
    CASE
        WHEN n.service_id IS NOT NULL THEN 'replaced'
        WHEN s.ended_reason IS NOT NULL THEN 'not replaced, with a reason'
        ELSE 'not replaced, no reason given'
    END AS outcome,
    n.service_id AS replaced_by,
    n.title AS new_service,
    n.agency_id AS new_agency_id,
    b.name AS new_agency,
    n.provider_id AS new_provider_id,
    p.name AS new_provider,
    n.tier AS new_tier,
    n.starts AS new_starts,
    CASE
        WHEN n.starts <= s.ends THEN 'it already ran'
        WHEN n.starts = date(s.ends, '+1 day') THEN 'it began the day after'
        WHEN n.starts IS NOT NULL THEN 'there was a gap'
    END AS handover,
    -- both on the first day that both ran and on the last
    max(0, CAST(julianday(s.ends) - julianday(max(s.starts, n.starts)) AS INTEGER) + 1) AS days_together,
    max(0, CAST(julianday(n.starts) - julianday(s.ends) - 1 AS INTEGER)) AS days_between
FROM services AS s
JOIN releases AS r ON s.ends < r.as_of
JOIN agencies AS a ON a.agency_id = s.agency_id
LEFT JOIN purposes AS u ON u.purpose_id = s.purpose_id
LEFT JOIN services AS n ON n.service_id = s.replaced_by
LEFT JOIN agencies AS b ON b.agency_id = n.agency_id
LEFT JOIN providers AS p ON p.provider_id = n.provider_id
WHERE :agency = '' OR s.agency_id = :agency
ORDER BY s.ends DESC, s.service_id
