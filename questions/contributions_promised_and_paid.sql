/*
title: What agencies promised to a pot and what they paid
meaning: "Each row is one agency's contribution to one programme in one financial year, with a column for each phase and the gap between what was agreed and what was paid."
caveats:
  - "The four amounts are states of the same money, side by side. Never add them together."
  - "The gap compares what was paid with the revised amount where there is one, else with the approved amount. It is empty until there is an actual amount."
  - "A negative gap means that less came in than was agreed; it does not say whose decision that was."
parameters:
  fy: {title: "Financial year, for example 2024-2025; empty for all", example: "2024-2025"}
  programme: {title: "Programme, by its code; empty for all", example: "family-partnership"}
columns:
  proposed_pence: {title: "Proposed", unit: gbp}
  approved_pence: {title: "Approved", unit: gbp}
  revised_pence: {title: "Revised", unit: gbp}
  actual_pence: {title: "Actual", unit: gbp}
  gap_pence: {title: "Actual less agreed", unit: gbp}
draw: {kind: table}
*/
WITH contribution AS (
    -- one row for each contribution, its phases side by side, so that each is compared with itself
    SELECT
        contribution_id, programme_id, fy, agency_id,
        sum(amount_pence) FILTER (WHERE phase = 'proposed') AS proposed_pence,
        sum(amount_pence) FILTER (WHERE phase = 'approved') AS approved_pence,
        sum(amount_pence) FILTER (WHERE phase = 'revised') AS revised_pence,
        sum(amount_pence) FILTER (WHERE phase = 'actual') AS actual_pence
    FROM contributions
    WHERE (:fy = '' OR fy = :fy) AND (:programme = '' OR programme_id = :programme)
    GROUP BY contribution_id, programme_id, fy, agency_id
)
SELECT
    c.programme_id,
    p.title AS programme,
    c.fy,
    c.agency_id,
    a.name AS agency,
    sum(c.proposed_pence) AS proposed_pence,
    sum(c.approved_pence) AS approved_pence,
    sum(c.revised_pence) AS revised_pence,
    sum(c.actual_pence) AS actual_pence,
    -- a contribution without an actual amount gives NULL here and is left out of the sum
    sum(c.actual_pence - coalesce(c.revised_pence, c.approved_pence)) AS gap_pence
FROM contribution AS c
JOIN programmes AS p ON p.programme_id = c.programme_id
JOIN agencies AS a ON a.agency_id = c.agency_id
GROUP BY c.programme_id, c.fy, c.agency_id
ORDER BY programme, c.programme_id, c.fy, agency, c.agency_id
