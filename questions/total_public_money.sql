/*
title: All public money of the place
meaning: "Each row is one financial year: what all agencies together spend or plan to spend, what they pay each other, what is left without it, a head and in real terms, and how much of it can be followed down to payments."
caveats:
  - "Budgets and outturn of whole agencies, pay and benefits included. Each budget line counts with its furthest figure: the outturn where there is one, else the revised, approved or proposed budget; the column of what is not outturn yet says how much that is."
  - "Transfers are taken out only between agencies that both publish a budget of the year; a payee is told by its identifiers, never by its name, so some transfers stay in. What is left in, because payer or payee publishes no budget of the year, has a column of its own."
  - "A head means for each resident of the place, by its latest number of residents for every year. Real terms take out the general rise of prices."
  - "Visible in payments is what published payments add up to. They leave out pay, benefits and all below each agency's threshold, so it is a least figure; for a small part it can be more than the budget, because agencies do not sort both alike."
  - "A year with fewer agencies is not a year of less spending: compare their number first."
parameters:
  price_year: {title: "Real terms: in prices of which financial year; empty for the last that has ended", example: "2025-2026"}
columns:
  agencies: {title: "Agencies with a budget", unit: count}
  gross_pence: {title: "All budgets", unit: gbp}
  planned_pence: {title: "Of which not outturn yet", unit: gbp}
  transfers_pence: {title: "Paid to one another, taken out", unit: gbp}
  net_pence: {title: "Public money without transfers", unit: gbp}
  a_head_pence: {title: "A head", unit: gbp}
  price_year: {title: "Real terms: prices of"}
  real_net_pence: {title: "Public money in real terms", unit: gbp}
  real_a_head_pence: {title: "A head in real terms", unit: gbp}
  visible_pence: {title: "Visible in payments", unit: gbp}
  visible_share_bps: {title: "Visible, as a share of these agencies' budgets", unit: basis_points}
  transfers_left_in_pence: {title: "Paid to one another, left in", unit: gbp}
  is_over_differing_bases: {title: "Payments are measured differently"}
draw: {kind: line, x: fy, y: real_net_pence}
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
        coalesce(sum(amount_pence) FILTER (WHERE source <> 'actual'), 0) AS planned_pence,
        sum(visible_pence) AS visible_pence
    FROM place_total
    GROUP BY fy, agency_id
),
year_total AS (
    SELECT
        t.fy,
        count(t.amount_pence) AS agencies,
        sum(t.amount_pence) AS gross_pence,
        sum(t.planned_pence) AS planned_pence,
        sum(t.visible_pence) AS visible_pence,
        sum(t.visible_pence) FILTER (WHERE t.amount_pence IS NOT NULL) AS followed_pence,
        count(DISTINCT coalesce(a.amount_basis, '') || ' ' || coalesce(a.spend_threshold_pence, ''))
            FILTER (WHERE t.visible_pence <> 0) > 1 AS is_over_differing_bases
    FROM agency_year AS t
    JOIN agencies AS a ON a.agency_id = t.agency_id
    GROUP BY t.fy
    HAVING count(t.amount_pence) > 0
),
transferred AS (
    SELECT
        fy,
        coalesce(sum(amount_pence) FILTER (WHERE is_taken_out), 0) AS taken_out_pence,
        coalesce(sum(amount_pence) FILTER (WHERE NOT is_taken_out), 0) AS left_in_pence
    FROM transfers
    GROUP BY fy
),
net AS (
    SELECT
        y.*,
        coalesce(x.taken_out_pence, 0) AS transfers_pence,
        coalesce(x.left_in_pence, 0) AS transfers_left_in_pence,
        y.gross_pence - coalesce(x.taken_out_pence, 0) AS net_pence
    FROM year_total AS y
    LEFT JOIN transferred AS x ON x.fy = y.fy
)
SELECT
    n.fy,
    n.agencies,
    n.gross_pence,
    n.planned_pence,
    n.transfers_pence,
    n.net_pence,
    p.population,
    CAST(round(1.0 * n.net_pence / p.population) AS INTEGER) AS a_head_pence,
    c.fy AS price_year,
    CAST(round(n.net_pence * c."index" / d."index") AS INTEGER) AS real_net_pence,
    CAST(round(n.net_pence * c."index" / d."index" / p.population) AS INTEGER) AS real_a_head_pence,
    n.visible_pence,
    CAST(round(10000.0 * n.followed_pence / nullif(n.gross_pence, 0)) AS INTEGER) AS visible_share_bps,
    n.transfers_left_in_pence,
    n.is_over_differing_bases
FROM net AS n
CROSS JOIN people AS p
LEFT JOIN price AS c ON 1
LEFT JOIN deflators AS d ON d.fy = n.fy
ORDER BY n.fy
