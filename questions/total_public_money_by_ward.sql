/*
title: All public money, by ward
meaning: "Each row is one area in one financial year: what agencies' budgets say is for it, for each of its residents and in real terms, and the payments for it, stated or shared out. The last row of a year is what is for no one area."
caveats:
  - "Budgets and outturn of whole agencies, pay and benefits included. Each budget line counts with its furthest figure: the outturn where there is one, else the revised, approved or proposed budget; the column of what is not outturn yet says how much that is."
  - "Only budget lines that name an area are here. Few agencies draw them for wards: an empty amount means that nobody says, not that nothing is spent."
  - "Money for a larger area is not shared out among its wards, and wards are not in the row of the area around them: never compare the two."
  - "Payments shared out go by published allocations, each with its evidence. Payments leave out pay, benefits and all below the thresholds: they are never more than a part."
  - "For each resident goes by the area's latest number of residents. A ward with a hospital or a town hall has money in it that is for everybody."
parameters:
  fy: {title: "Financial year, for example 2024-2025; empty for all", example: "2024-2025"}
  price_year: {title: "Real terms: in prices of which financial year; empty for the last that has ended", example: "2025-2026"}
  agency: {title: "Agency, by its code; empty for all", example: "wexmoor-council"}
  tier: {title: "How early help comes: prevention, early, targeted or acute; empty for all", example: "early"}
columns:
  amount_pence: {title: "Budget or outturn for the area", unit: gbp}
  planned_pence: {title: "Of which not outturn yet", unit: gbp}
  population: {title: "Residents", unit: count}
  a_head_pence: {title: "For each resident", unit: gbp}
  price_year: {title: "Real terms: prices of"}
  real_a_head_pence: {title: "For each resident, in real terms", unit: gbp}
  stated_pence: {title: "Payments that state it", unit: gbp}
  allocated_pence: {title: "Payments shared out to it", unit: gbp}
  not_allocated_pence: {title: "Payments that nothing places", unit: gbp}
draw: {kind: map, area: area_id, colour: a_head_pence}
*/
WITH price AS (
    -- unless asked otherwise, the financial year that ended last before the release
    SELECT d.fy, d."index"
    FROM releases AS r
    JOIN deflators AS d
        ON d.fy = CASE
            WHEN :price_year <> '' THEN :price_year
            ELSE (strftime('%Y', r.as_of, '+1 day', '-3 months') - 1)
                || '-' || strftime('%Y', r.as_of, '+1 day', '-3 months')
        END
),
budget AS (
    SELECT
        fy,
        area_id,
        sum(amount_pence) AS amount_pence,
        sum(amount_pence) FILTER (WHERE source <> 'actual') AS planned_pence
    FROM place_total
    WHERE (:fy = '' OR substr(fy, 1, 4) = substr(:fy, 1, 4))
        AND (:agency = '' OR agency_id = :agency)
        AND (:tier = '' OR tier = :tier)
    GROUP BY fy, area_id
),
paid AS (
    SELECT
        fy,
        area_id,
        sum(amount_pence) FILTER (WHERE area_basis = 'stated') AS stated_pence,
        sum(amount_pence) FILTER (WHERE area_basis = 'allocated') AS allocated_pence,
        sum(amount_pence) FILTER (WHERE area_basis = 'not_allocated') AS not_allocated_pence
    FROM yearly_spend
    WHERE (:fy = '' OR substr(fy, 1, 4) = substr(:fy, 1, 4))
        AND (:agency = '' OR agency_id = :agency)
        AND (:tier = '' OR tier = :tier)
    GROUP BY fy, area_id
)
SELECT
    b.fy,
    b.area_id,
    coalesce(w.name, 'For no one area') AS area,
    w.area_type,
    b.amount_pence,
    CASE WHEN b.amount_pence IS NOT NULL THEN coalesce(b.planned_pence, 0) END AS planned_pence,
    w.population,
    CAST(round(1.0 * b.amount_pence / w.population) AS INTEGER) AS a_head_pence,
    c.fy AS price_year,
    CAST(round(b.amount_pence * c."index" / d."index" / w.population) AS INTEGER) AS real_a_head_pence,
    coalesce(s.stated_pence, 0) AS stated_pence,
    coalesce(s.allocated_pence, 0) AS allocated_pence,
    coalesce(s.not_allocated_pence, 0) AS not_allocated_pence
FROM budget AS b
LEFT JOIN areas AS w ON w.area_id = b.area_id
LEFT JOIN price AS c ON 1
LEFT JOIN deflators AS d ON d.fy = b.fy
-- every area and year with payments is in the total, too
LEFT JOIN paid AS s ON s.fy = b.fy AND s.area_id IS b.area_id
ORDER BY b.fy, b.area_id IS NULL, w.area_type <> 'ward', w.area_type, area, b.area_id
