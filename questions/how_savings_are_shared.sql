/*
title: How verified savings are shared
meaning: "Each row is one agency in one programme and year: what it booked of the verified savings that free money, its agreed share of all of them, and so what the others owe it or it owes them."
caveats:
  - "Only savings that were verified, free money and can be checked are shared. What is claimed and not yet verified may come on top."
  - "Shares are those in force on the last day of the financial year. What is owed and what is due sum to nothing."
  - "This is what the agreement comes to, not what was paid: whether the agencies have settled is not published."
parameters:
  programme: {title: "Programme, by its code; empty for all", example: "family-partnership"}
  fy: {title: "Financial year, for example 2025-2026; empty for all", example: "2025-2026"}
columns:
  share_bps: {title: "Agreed share", unit: basis_points}
  booked_pence: {title: "Booked in its own budget", unit: gbp}
  entitled_pence: {title: "Its share comes to", unit: gbp}
  due_pence: {title: "Owed to it (below nought: it owes)", unit: gbp}
  stands: {title: "Where it stands"}
  reason: {title: "Why nothing is shared"}
draw: {kind: bar, x: due_pence, y: agency, colour: programme}
*/
SELECT
    s.programme_id,
    p.title AS programme,
    s.fy,
    s.agency_id,
    a.name AS agency,
    s.share_bps,
    s.booked_pence,
    s.entitled_pence,
    s.due_pence,
    CASE
        WHEN s.due_pence IS NULL THEN 'nothing is shared'
        WHEN s.due_pence > 0 THEN 'is owed'
        WHEN s.due_pence < 0 THEN 'owes'
        ELSE 'even'
    END AS stands,
    s.reason
FROM benefit_settlement AS s
JOIN programmes AS p ON p.programme_id = s.programme_id
JOIN agencies AS a ON a.agency_id = s.agency_id
WHERE (:programme = '' OR s.programme_id = :programme) AND (:fy = '' OR s.fy = :fy)
ORDER BY programme, s.programme_id, s.fy, s.due_pence, agency, s.agency_id
