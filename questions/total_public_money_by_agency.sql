/*
title: All public money, by agency
meaning: "Each row is one agency in one financial year: all that it spends or plans to spend, a head and in real terms, what it pays to and gets from other agencies, and how much can be followed down to payments."
caveats:
  - "Budgets and outturn of whole agencies, pay and benefits included. Each budget line counts with its furthest figure: the outturn where there is one, else the revised, approved or proposed budget; the column of what is not outturn yet says how much that is."
  - "What an agency pays to others is in its own amount, and in theirs: add agencies up only without it."
  - "A head means for each resident of the place, by its latest number of residents for every year. Real terms take out the general rise of prices."
  - "Visible in payments is what published payments add up to. They leave out pay, benefits and all below each agency's threshold, so it is a least figure; for a small part it can be more than the budget, because agencies do not sort both alike."
  - "An agency that publishes payments but no budget has an empty amount."
  - "What agencies pay to each other is of all tiers, even where one tier is asked for."
parameters:
  fy: {title: "Financial year, for example 2024-2025; empty for all", example: "2024-2025"}
  price_year: {title: "Real terms: in prices of which financial year; empty for the last that has ended", example: "2025-2026"}
  tier: {title: "How early help comes: prevention, early, targeted or acute; empty for all", example: "early"}
columns:
  amount_pence: {title: "Budget or outturn", unit: gbp}
  planned_pence: {title: "Of which not outturn yet", unit: gbp}
  share_bps: {title: "Share of all agencies", unit: basis_points}
  a_head_pence: {title: "A head", unit: gbp}
  price_year: {title: "Real terms: prices of"}
  real_pence: {title: "In real terms", unit: gbp}
  paid_to_members_pence: {title: "Of which paid to other agencies", unit: gbp}
  received_from_members_pence: {title: "Received from other agencies", unit: gbp}
  visible_pence: {title: "Visible in payments", unit: gbp}
  visible_share_bps: {title: "Visible, as a share", unit: basis_points}
  spend_threshold_pence: {title: "Payments are published from", unit: gbp}
  amount_basis: {title: "How payments are measured"}
draw: {kind: bar, x: amount_pence, y: agency, colour: fy}
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
people AS (
    -- the areas that no other contains make up the place; without all their numbers, there is no amount a head
    SELECT CASE WHEN count(*) = count(w.population) THEN sum(w.population) END AS population
    FROM areas AS w
    JOIN releases AS r ON coalesce(w.valid_from, '') <= r.as_of AND coalesce(w.valid_to, '9') >= r.as_of
    WHERE w.parent_id IS NULL
),
agency_year AS (
    SELECT
        fy,
        agency_id,
        sum(amount_pence) AS amount_pence,
        sum(amount_pence) FILTER (WHERE source <> 'actual') AS planned_pence,
        sum(visible_pence) AS visible_pence
    FROM place_total
    WHERE (:fy = '' OR fy = :fy)
        AND (:tier = '' OR tier = :tier)
    GROUP BY fy, agency_id
),
paid AS (
    SELECT fy, from_agency_id AS agency_id, sum(amount_pence) AS amount_pence FROM transfers GROUP BY 1, 2
),
received AS (
    SELECT fy, to_agency_id AS agency_id, sum(amount_pence) AS amount_pence FROM transfers GROUP BY 1, 2
)
SELECT
    t.fy,
    t.agency_id,
    a.name AS agency,
    t.amount_pence,
    CASE WHEN t.amount_pence IS NOT NULL THEN coalesce(t.planned_pence, 0) END AS planned_pence,
    CAST(round(10000.0 * t.amount_pence / nullif(sum(t.amount_pence) OVER (PARTITION BY t.fy), 0)) AS INTEGER)
        AS share_bps,
    CAST(round(1.0 * t.amount_pence / p.population) AS INTEGER) AS a_head_pence,
    c.fy AS price_year,
    CAST(round(t.amount_pence * c."index" / d."index") AS INTEGER) AS real_pence,
    coalesce(x.amount_pence, 0) AS paid_to_members_pence,
    coalesce(y.amount_pence, 0) AS received_from_members_pence,
    t.visible_pence,
    CAST(round(10000.0 * t.visible_pence / nullif(t.amount_pence, 0)) AS INTEGER) AS visible_share_bps,
    a.spend_threshold_pence,
    a.amount_basis
FROM agency_year AS t
JOIN agencies AS a ON a.agency_id = t.agency_id
CROSS JOIN people AS p
LEFT JOIN price AS c ON 1
LEFT JOIN deflators AS d ON d.fy = t.fy
LEFT JOIN paid AS x ON x.fy = t.fy AND x.agency_id = t.agency_id
LEFT JOIN received AS y ON y.fy = t.fy AND y.agency_id = t.agency_id
ORDER BY t.fy, t.amount_pence IS NULL, t.amount_pence DESC, t.agency_id
