/*
title: Money for an area, by theme
meaning: "Each row is one theme: what budgets say is for the area, and the payments for it, stated by the payer or shared out to it."
caveats:
  - "Only budget lines and payments that name the area are here. An empty amount means that nobody says, not that nothing is spent."
  - "Payments leave out pay, benefits and all below the thresholds, and are never more than a part: do not add them to a budget."
parameters:
  area: {title: "Area, by its code (needed)", example: "X05000005"}
  fy: {title: "Financial year, for example 2024-2025; empty for all", example: "2024-2025"}
  agency: {title: "Agency, by its code; empty for all", example: "wexmoor-council"}
  tier: {title: "How early help comes: prevention, early, targeted or acute; empty for all", example: "early"}
columns:
  amount_pence: {title: "Budget or outturn", unit: gbp}
  payments_pence: {title: "Payments", unit: gbp}
  stated_pence: {title: "Payments that state it", unit: gbp}
  allocated_pence: {title: "Payments shared out to it", unit: gbp}
draw: {kind: bar, x: payments_pence, y: theme}
*/
WITH budget AS (
    SELECT theme_id, sum(amount_pence) AS amount_pence
    FROM place_total
    WHERE area_id = :area AND (:fy = '' OR substr(fy, 1, 4) = substr(:fy, 1, 4))
        AND (:agency = '' OR agency_id = :agency)
        AND (:tier = '' OR tier = :tier)
    GROUP BY theme_id
),
paid AS (
    SELECT
        theme_id,
        sum(amount_pence) AS payments_pence,
        coalesce(sum(amount_pence) FILTER (WHERE area_basis = 'stated'), 0) AS stated_pence,
        coalesce(sum(amount_pence) FILTER (WHERE area_basis = 'allocated'), 0) AS allocated_pence
    FROM yearly_spend
    WHERE area_id = :area
        AND (:fy = '' OR substr(fy, 1, 4) = substr(:fy, 1, 4))
        AND (:agency = '' OR agency_id = :agency)
        AND (:tier = '' OR tier = :tier)
    GROUP BY theme_id
)
SELECT
    y.theme_id,
    coalesce(n.title, 'Not stated') AS theme,
    b.amount_pence,
    coalesce(p.payments_pence, 0) AS payments_pence,
    coalesce(p.stated_pence, 0) AS stated_pence,
    coalesce(p.allocated_pence, 0) AS allocated_pence
FROM (SELECT theme_id FROM budget UNION SELECT theme_id FROM paid) AS y
LEFT JOIN themes AS n ON n.theme_id = y.theme_id
LEFT JOIN budget AS b ON b.theme_id IS y.theme_id
LEFT JOIN paid AS p ON p.theme_id IS y.theme_id
WHERE b.amount_pence IS NOT NULL OR p.payments_pence IS NOT NULL
ORDER BY y.theme_id IS NULL, coalesce(b.amount_pence, 0) + coalesce(p.payments_pence, 0) DESC, y.theme_id
