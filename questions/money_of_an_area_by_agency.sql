/*
title: Money for an area, by agency
meaning: "Each row is one agency: what budgets say is for the area, and the payments for it, stated by the payer or shared out to it."
caveats:
  - "Only budget lines and payments that name the area are here. An empty amount means that nobody says, not that nothing is spent."
  - "Payments leave out pay, benefits and all below the thresholds, and are never more than a part: do not add them to a budget."
parameters:
  area: {title: "Area, by its code (needed)", example: "X05000005"}
  fy: {title: "Financial year, for example 2024-2025; empty for all", example: "2024-2025"}
  tier: {title: "How early help comes: prevention, early, targeted or acute; empty for all", example: "early"}
columns:
  amount_pence: {title: "Budget or outturn", unit: gbp}
  payments_pence: {title: "Payments", unit: gbp}
  stated_pence: {title: "Payments that state it", unit: gbp}
  allocated_pence: {title: "Payments shared out to it", unit: gbp}
draw: {kind: bar, x: payments_pence, y: agency}
*/
WITH budget AS (
    SELECT agency_id, sum(amount_pence) AS amount_pence
    FROM place_total
    WHERE area_id = :area AND (:fy = '' OR substr(fy, 1, 4) = substr(:fy, 1, 4))
        AND (:tier = '' OR tier = :tier)
    GROUP BY agency_id
),
paid AS (
    SELECT
        agency_id,
        sum(amount_pence) AS payments_pence,
        coalesce(sum(amount_pence) FILTER (WHERE area_basis = 'stated'), 0) AS stated_pence,
        coalesce(sum(amount_pence) FILTER (WHERE area_basis = 'allocated'), 0) AS allocated_pence
    FROM yearly_spend
    WHERE area_id = :area
        AND (:fy = '' OR substr(fy, 1, 4) = substr(:fy, 1, 4))
        AND (:tier = '' OR tier = :tier)
    GROUP BY agency_id
)
SELECT
    y.agency_id,
    coalesce(n.name, 'Not stated') AS agency,
    b.amount_pence,
    coalesce(p.payments_pence, 0) AS payments_pence,
    coalesce(p.stated_pence, 0) AS stated_pence,
    coalesce(p.allocated_pence, 0) AS allocated_pence
FROM (SELECT agency_id FROM budget UNION SELECT agency_id FROM paid) AS y
LEFT JOIN agencies AS n ON n.agency_id = y.agency_id
LEFT JOIN budget AS b ON b.agency_id IS y.agency_id
LEFT JOIN paid AS p ON p.agency_id IS y.agency_id
WHERE b.amount_pence IS NOT NULL OR p.payments_pence IS NOT NULL
ORDER BY y.agency_id IS NULL, coalesce(b.amount_pence, 0) + coalesce(p.payments_pence, 0) DESC, y.agency_id
