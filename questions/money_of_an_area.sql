/*
title: Money for an area, year by year
meaning: "Each row is one financial year of one area: what agencies' budgets say is for it, for each of its residents and in real terms, and the payments made for it, stated by the payer or shared out to it."
caveats:
  - "Only budget lines and payments that name the area are here. An empty amount means that nobody says, not that nothing is spent."
  - "Money for a larger area around it, or for areas inside it, is not in these figures."
  - "Each budget line counts with its furthest figure: the outturn where there is one, else the revised, approved or proposed budget. Payments leave out pay, benefits and all below the thresholds: never add them to a budget."
  - "For each resident goes by the area's latest number of residents. Real terms are the prices of the last financial year that has ended."
parameters:
  area: {title: "Area, by its code (needed)", example: "X05000005"}
  agency: {title: "Agency, by its code; empty for all", example: "wexmoor-council"}
  tier: {title: "How early help comes: prevention, early, targeted or acute; empty for all", example: "early"}
columns:
  amount_pence: {title: "Budget or outturn for the area", unit: gbp}
  planned_pence: {title: "Of which not outturn yet", unit: gbp}
  a_head_pence: {title: "For each resident", unit: gbp}
  real_a_head_pence: {title: "For each resident, in real terms", unit: gbp}
  stated_pence: {title: "Payments that state it", unit: gbp}
  allocated_pence: {title: "Payments shared out to it", unit: gbp}
draw: {kind: bar, x: amount_pence, y: fy}
*/
WITH price AS (
    SELECT d.fy, d."index"
    FROM releases AS r
    JOIN deflators AS d ON d.fy = (strftime('%Y', r.as_of, '+1 day', '-3 months') - 1)
        || '-' || strftime('%Y', r.as_of, '+1 day', '-3 months')
),
budget AS (
    SELECT
        fy,
        sum(amount_pence) AS amount_pence,
        coalesce(sum(amount_pence) FILTER (WHERE source <> 'actual'), 0) AS planned_pence
    FROM place_total
    WHERE area_id = :area AND amount_pence IS NOT NULL
        AND (:agency = '' OR agency_id = :agency)
        AND (:tier = '' OR tier = :tier)
    GROUP BY fy
),
paid AS (
    SELECT
        fy,
        sum(amount_pence) FILTER (WHERE area_basis = 'stated') AS stated_pence,
        sum(amount_pence) FILTER (WHERE area_basis = 'allocated') AS allocated_pence
    FROM yearly_spend
    WHERE area_id = :area
        AND (:agency = '' OR agency_id = :agency)
        AND (:tier = '' OR tier = :tier)
    GROUP BY fy
)
SELECT
    y.fy,
    b.amount_pence,
    b.planned_pence,
    CAST(round(1.0 * b.amount_pence / a.population) AS INTEGER) AS a_head_pence,
    p.fy AS price_year,
    CAST(round(b.amount_pence * p."index" / d."index" / a.population) AS INTEGER) AS real_a_head_pence,
    coalesce(s.stated_pence, 0) AS stated_pence,
    coalesce(s.allocated_pence, 0) AS allocated_pence
FROM (SELECT fy FROM budget UNION SELECT fy FROM paid) AS y
LEFT JOIN areas AS a ON a.area_id = :area
LEFT JOIN budget AS b ON b.fy = y.fy
LEFT JOIN paid AS s ON s.fy = y.fy
LEFT JOIN price AS p ON 1
LEFT JOIN deflators AS d ON d.fy = y.fy
ORDER BY y.fy
