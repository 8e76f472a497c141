/*
title: All public money, by tier of help
meaning: "Each row is one tier of help, from prevention to acute, in one financial year: all that agencies spend or plan to spend on it, its share, a head and in real terms, and how much can be followed down to payments."
caveats:
  - "Budgets and outturn of whole agencies, pay and benefits included. Each budget line counts with its furthest figure: the outturn where there is one, else the revised, approved or proposed budget; the column of what is not outturn yet says how much that is."
  - "Every budget line has a tier; a payment may have none, so the row not stated holds payments alone."
  - "Revenue and capital are together here, and pensions and benefits are in: one large payer can swamp the shares, so look at one agency, too. The outturn by tier keeps capital apart."
  - "What one agency pays to another is in both amounts: transfers cannot be told apart here. The total of the place takes them out by year."
  - "A head means for each resident of the place, by its latest number of residents for every year. Real terms take out the general rise of prices."
  - "Visible in payments is what published payments add up to. They leave out pay, benefits and all below each agency's threshold, so it is a least figure; for a small part it can be more than the budget, because agencies do not sort both alike."
parameters:
  fy: {title: "Financial year, for example 2024-2025; empty for all", example: "2024-2025"}
  agency: {title: "Agency, by its code; empty for all", example: "wexmoor-council"}
  theme: {title: "Theme, by its code; empty for all", example: "strong-families"}
  price_year: {title: "Real terms: in prices of which financial year; empty for the last that has ended", example: "2025-2026"}
columns:
  amount_pence: {title: "Budget or outturn", unit: gbp}
  planned_pence: {title: "Of which not outturn yet", unit: gbp}
  share_bps: {title: "Share of the year", unit: basis_points}
  a_head_pence: {title: "A head", unit: gbp}
  price_year: {title: "Real terms: prices of"}
  real_pence: {title: "In real terms", unit: gbp}
  visible_pence: {title: "Visible in payments", unit: gbp}
draw: {kind: bar, x: amount_pence, y: tier, colour: fy}
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
part AS (
    SELECT
        fy,
        tier,
        sum(amount_pence) AS amount_pence,
        sum(amount_pence) FILTER (WHERE source <> 'actual') AS planned_pence,
        sum(visible_pence) AS visible_pence
    FROM place_total
    WHERE (:fy = '' OR fy = :fy) AND (:agency = '' OR agency_id = :agency)
        AND (:theme = '' OR theme_id = :theme)
    GROUP BY fy, tier
)
SELECT
    t.fy,
    coalesce(t.tier, 'not stated') AS tier,
    t.amount_pence,
    CASE WHEN t.amount_pence IS NOT NULL THEN coalesce(t.planned_pence, 0) END AS planned_pence,
    CAST(round(10000.0 * t.amount_pence / nullif(sum(t.amount_pence) OVER (PARTITION BY t.fy), 0)) AS INTEGER)
        AS share_bps,
    CAST(round(1.0 * t.amount_pence / p.population) AS INTEGER) AS a_head_pence,
    c.fy AS price_year,
    CAST(round(t.amount_pence * c."index" / d."index") AS INTEGER) AS real_pence,
    t.visible_pence
FROM part AS t
CROSS JOIN people AS p
LEFT JOIN price AS c ON 1
LEFT JOIN deflators AS d ON d.fy = t.fy
ORDER BY t.fy, t.tier IS NULL, instr('prevention,early,targeted,acute', t.tier)
