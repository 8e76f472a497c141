/*
Business cases year by year: a row is one cost or one benefit of a business case in one of its years, from 0 to the last.

Costs are the stated amounts with the correction for optimism added. The units of a benefit are its population times the
parts affected, taking part, staying and helped, less the part that would have happened anyway; they are nothing before
the lag is over and fade each year after it. A unit is worth its unit cost, brought from its price year to the base year of
the case by the price index, with the correction for optimism taken off.

- The correction is that of the grade of confidence of the cost or the benefit; the grade of the unit cost itself is not
  applied on top of it. Wider value is economic and social; an unknown part of it counts as nothing.
- A value is empty, never guessed, where the correction of its grade or a price index that it needs is missing. Between
  equal years no index is needed.
- Costs after the last year are left out. No case is worked out beyond its hundredth year.
- Values are in pence at prices of the base year, neither discounted nor rounded: a sum of value times discount_factor is
  rounded once, at its end.
*/
WITH RECURSIVE
-- what a pound of each year is worth in year 0
discounted (case_id, base_year, discount_bps, last_year, year_no, discount_factor) AS (
    SELECT case_id, base_year, discount_bps, min(years, 100) - 1, 0, 1.0
    FROM business_cases
    UNION ALL
    SELECT case_id, base_year, discount_bps, last_year, year_no + 1, discount_factor / (1 + discount_bps / 10000.0)
    FROM discounted
    WHERE year_no < last_year
),
-- the part of a benefit's first units that is there in each year: none before the lag, all at it, then fading
fading (case_id, benefit, lag_years, drop_off_bps, last_year, year_no, remaining) AS (
    SELECT b.case_id, b.benefit, b.lag_years, b.drop_off_bps, min(c.years, 100) - 1, 0, iif(b.lag_years = 0, 1.0, 0.0)
    FROM case_benefits AS b
    JOIN business_cases AS c ON c.case_id = b.case_id
    UNION ALL
    SELECT
        case_id, benefit, lag_years, drop_off_bps, last_year, year_no + 1,
        iif(year_no + 1 = lag_years, 1.0, remaining * (10000 - drop_off_bps) / 10000.0)
    FROM fading
    WHERE year_no < last_year
),
-- the first units of a benefit, and what one of them is worth, before any correction
benefit AS (
    SELECT
        b.case_id,
        b.benefit,
        b.agency_id,
        b.confidence,
        -- five parts in basis points: 10,000 to the power of five is 1e20
        1.0 * b.population * b.affected_bps * b.engagement_bps * b.retention_bps * b.impact_bps
            * (10000 - b.deadweight_bps) / 1e20 AS first_units,
        u.fiscal_pence,
        coalesce(u.economic_pence, 0) + coalesce(u.social_pence, 0) AS wider_pence,
        u.cashable_bps,
        iif(u.price_year = c.base_year, 1.0, base."index" / price."index") AS price_ratio
    FROM case_benefits AS b
    JOIN business_cases AS c ON c.case_id = b.case_id
    JOIN unit_costs AS u ON u.unit_cost_id = b.unit_cost_id
    LEFT JOIN deflators AS base ON base.fy = c.base_year
    LEFT JOIN deflators AS price ON price.fy = u.price_year
),
-- the same by year, with the factor that brings a unit cost to the prices and the caution of the case
benefit_year AS (
    SELECT
        b.*,
        f.year_no,
        b.first_units * f.remaining AS units,
        b.price_ratio * (10000 - o.benefit_bps) / 10000.0 AS corrected
    FROM benefit AS b
    JOIN fading AS f ON f.case_id = b.case_id AND f.benefit = b.benefit
    LEFT JOIN optimism_bias AS o ON o.confidence = b.confidence
)
SELECT
    k.case_id,
    'cost' AS side,
    k.kind AS item,
    k.agency_id,
    k.year_no,
    NULL AS units,
    k.amount_pence * (10000 + o.cost_bps) / 10000.0 AS value,
    NULL AS cashable_value,
    NULL AS wider_value,
    d.discount_factor
FROM case_costs AS k
JOIN discounted AS d ON d.case_id = k.case_id AND d.year_no = k.year_no
LEFT JOIN optimism_bias AS o ON o.confidence = k.confidence
UNION ALL
SELECT
    y.case_id,
    'benefit',
    y.benefit,
    y.agency_id,
    y.year_no,
    y.units,
    y.units * y.fiscal_pence * y.corrected,
    y.units * y.fiscal_pence * y.corrected * y.cashable_bps / 10000.0,
    y.units * y.wider_pence * y.corrected,
    d.discount_factor
FROM benefit_year AS y
JOIN discounted AS d ON d.case_id = y.case_id AND d.year_no = y.year_no
ORDER BY 1, 2, 3, 4, 5
