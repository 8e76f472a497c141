/*
title: Money upstream beside outcomes
meaning: "Each row is one indicator in one financial year for the whole place, beside the shares of that year's public money that went to prevention, early, targeted and acute help, and whether the indicator is better than the year before."
caveats:
  - "Side by side is not cause and effect: much else moves an indicator, and prevention may need years to show."
  - "Shares are of all budgets, pay and benefits included, with the furthest figure of every line; the share upstream is prevention and early help together. Ask for one agency where a large payer of pensions or benefits swamps them."
  - "Better or worse is by the indicator's own direction, and only from its smallest change that counts; where a value should stay as it was, nothing is said. A figure stands in the financial year in which its period ends, the last one where there are several."
parameters:
  indicator: {title: "Indicator, by its code; empty for all", example: "falls-admissions"}
  theme: {title: "Theme, by its code; empty for all", example: "healthy-lives"}
  agency: {title: "Money of one agency, by its code; empty for all", example: "wexmoor-nhs"}
columns:
  amount_pence: {title: "Public money of the year", unit: gbp}
  prevention_share_bps: {title: "Prevention", unit: basis_points}
  early_share_bps: {title: "Early help", unit: basis_points}
  targeted_share_bps: {title: "Targeted help", unit: basis_points}
  acute_share_bps: {title: "Acute help", unit: basis_points}
  upstream_share_bps: {title: "Upstream: prevention and early help", unit: basis_points}
  polarity: {title: "Which way is better"}
  value_before: {title: "The year before"}
  moved: {title: "Against the year before"}
draw: {kind: table}
*/
WITH money AS (
    SELECT
        fy,
        sum(amount_pence) AS amount_pence,
        sum(amount_pence) FILTER (WHERE tier = 'prevention') AS prevention_pence,
        sum(amount_pence) FILTER (WHERE tier = 'early') AS early_pence,
        sum(amount_pence) FILTER (WHERE tier = 'targeted') AS targeted_pence,
        sum(amount_pence) FILTER (WHERE tier = 'acute') AS acute_pence
    FROM place_total
    WHERE :agency = '' OR agency_id = :agency
    GROUP BY fy
    HAVING sum(amount_pence) <> 0
),
result AS (
    SELECT
        o.indicator_id,
        -- months are numbered twelve to the year, and a financial year starts with the fourth
        (d.month_number - 3) / 12 AS year,
        o.period,
        o.value,
        row_number() OVER (
            PARTITION BY o.indicator_id, o.area_id, (d.month_number - 3) / 12 ORDER BY d.last_day DESC, o.period
        ) AS place
    FROM outcomes AS o
    JOIN areas AS w ON w.area_id = o.area_id AND w.parent_id IS NULL
    JOIN periods AS d ON d.period = o.period
    WHERE o.breakdown = 'all' AND o.value IS NOT NULL AND (:indicator = '' OR o.indicator_id = :indicator)
),
year_result AS (
    SELECT
        r.*,
        r.year || '-' || (r.year + 1) AS fy,
        b.value AS value_before
    FROM result AS r
    LEFT JOIN result AS b ON b.indicator_id = r.indicator_id AND b.year = r.year - 1 AND b.place = 1
    WHERE r.place = 1
)
SELECT
    m.fy,
    m.amount_pence,
    CAST(round(10000.0 * coalesce(m.prevention_pence, 0) / m.amount_pence) AS INTEGER) AS prevention_share_bps,
    CAST(round(10000.0 * coalesce(m.early_pence, 0) / m.amount_pence) AS INTEGER) AS early_share_bps,
    CAST(round(10000.0 * coalesce(m.targeted_pence, 0) / m.amount_pence) AS INTEGER) AS targeted_share_bps,
    CAST(round(10000.0 * coalesce(m.acute_pence, 0) / m.amount_pence) AS INTEGER) AS acute_share_bps,
    CAST(
        round(10000.0 * (coalesce(m.prevention_pence, 0) + coalesce(m.early_pence, 0)) / m.amount_pence) AS INTEGER
    ) AS upstream_share_bps,
    y.indicator_id,
    i.title AS indicator,
    i.theme_id,
    y.period,
    y.value,
    i.unit,
    i.polarity,
    y.value_before,
    CASE
        WHEN y.value_before IS NULL OR i.polarity NOT IN ('higher', 'lower') THEN NULL
        WHEN round(abs(y.value - y.value_before), 9) < i.minimum_change OR y.value = y.value_before THEN 'no change'
        WHEN (y.value > y.value_before) = (i.polarity = 'higher') THEN 'better'
        ELSE 'worse'
    END AS moved
FROM year_result AS y
JOIN money AS m ON m.fy = y.fy
JOIN indicators AS i ON i.indicator_id = y.indicator_id
WHERE :theme = '' OR i.theme_id = :theme
ORDER BY i.theme_id, indicator, y.indicator_id, m.fy
