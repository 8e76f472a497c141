/*
title: All public money, by theme
meaning: "Each row is one theme in one financial year: all that agencies spend or plan to spend on it, its share, a head and in real terms, and how much can be followed down to payments."
caveats:
  - "Budgets and outturn of whole agencies, pay and benefits included. Each budget line counts with its furthest figure: the outturn where there is one, else the revised, approved or proposed budget; the column of what is not outturn yet says how much that is."
  - "A theme has the budget lines that name one of its projects. Most lines name none, also for work that serves the theme: the last row is what nobody has tied to a theme, and it is not spread over them."
  - "What one agency pays to another is in both amounts: transfers cannot be told apart here. The total of the place takes them out by year."
  - "A head means for each resident of the place, by its latest number of residents for every year. Real terms take out the general rise of prices."
  - "Visible in payments is what published payments add up to. They leave out pay, benefits and all below each agency's threshold, so it is a least figure; for a small part it can be more than the budget, because agencies do not sort both alike."
parameters:
  fy: {title: "Financial year, for example 2024-2025; empty for all", example: "2024-2025"}
  price_year: {title: "Real terms: in prices of which financial year; empty for the last that has ended", example: "2025-2026"}
  agency: {title: "Agency, by its code; empty for all", example: "wexmoor-council"}
  tier: {title: "How early help comes: prevention, early, targeted or acute; empty for all", example: "early"}
columns:
  amount_pence: {title: "Budget or outturn", unit: gbp}
  planned_pence: {title: "Of which not outturn yet", unit: gbp}
  share_bps: {title: "Share of the year", unit: basis_points}
  a_head_pence: {title: "A head", unit: gbp}
  price_year: {title: "Real terms: prices of"}
  real_pence: {title: "In real terms", unit: gbp}
  visible_pence: {title: "Visible in payments", unit: gbp}
draw: {kind: bar, x: amount_pence, y: theme, colour: fy}
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
        theme_id,
        sum(amount_pence) AS amount_pence,
        sum(amount_pence) FILTER (WHERE source <> 'actual') AS planned_pence,
        sum(visible_pence) AS visible_pence
    FROM place_total
    WHERE (:fy = '' OR fy = :fy)
        AND (:agency = '' OR agency_id = :agency)
        AND (:tier = '' OR tier = :tier)
    GROUP BY fy, theme_id
)
SELECT
    t.fy,
    t.theme_id,
    coalesce(h.title, 'For no theme') AS theme,
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
LEFT JOIN themes AS h ON h.theme_id = t.theme_id
ORDER BY t.fy, t.theme_id IS NULL, t.amount_pence DESC, t.theme_id
