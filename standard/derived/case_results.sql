/*
What each business case comes to: its costs and benefits as they are worth in its first year, added up.

All amounts are present values at prices of the base year, from the years of the case (case_years), each added up
unrounded and rounded to a penny once; so a net value may differ by a penny from the difference of two rounded ones.
Fiscal is what public agencies keep; public adds the economy and people. Cashable is the part of the fiscal benefit that
could really be taken out of a budget.

- Paid back is the first year by whose end the fiscal benefits so far reach the whole cost of the case, so that none seems
  paid back before its later costs have come. It is empty where that never happens, and 0 where there is nothing to pay back.
- A ratio of benefit to cost is empty where there is no cost.
- Where a value is missing (no correction for a grade of confidence, no price index), every figure that rests on it is
  empty, and the reasons say what is missing. They also say what else to bear in mind.
*/
WITH
present AS (
    SELECT
        case_id,
        -- a sum is known only if all that it adds is known
        iif(count(*) FILTER (WHERE side = 'cost' AND value IS NULL) = 0,
            total(value * discount_factor) FILTER (WHERE side = 'cost'), NULL) AS cost,
        iif(count(*) FILTER (WHERE side = 'benefit' AND value IS NULL) = 0,
            total(value * discount_factor) FILTER (WHERE side = 'benefit'), NULL) AS fiscal,
        total(cashable_value * discount_factor) AS cashable,
        total(wider_value * discount_factor) AS wider
    FROM case_years
    GROUP BY case_id
),
-- fiscal benefits up to the end of each year
running AS (
    SELECT
        case_id,
        year_no,
        sum(total(value * discount_factor) FILTER (WHERE side = 'benefit')) OVER (
            PARTITION BY case_id ORDER BY year_no ROWS UNBOUNDED PRECEDING
        ) AS gained
    FROM case_years
    GROUP BY case_id, year_no
),
paid_back AS (
    SELECT r.case_id, min(r.year_no) AS year_no
    FROM running AS r
    JOIN present AS p ON p.case_id = r.case_id
    WHERE round(r.gained) >= round(p.cost) AND p.fiscal IS NOT NULL
    GROUP BY r.case_id
),
-- the first price year that cannot be brought to the base year, for lack of the one index or the other
unpriced AS (
    SELECT c.case_id, min(iif(base.fy IS NULL, c.base_year, u.price_year)) AS fy
    FROM business_cases AS c
    JOIN case_benefits AS b ON b.case_id = c.case_id
    JOIN unit_costs AS u ON u.unit_cost_id = b.unit_cost_id
    LEFT JOIN deflators AS base ON base.fy = c.base_year
    LEFT JOIN deflators AS price ON price.fy = u.price_year
    WHERE u.price_year <> c.base_year AND (base.fy IS NULL OR price.fy IS NULL)
    GROUP BY c.case_id
),
-- the first grade of confidence that the place has no correction for
ungraded AS (
    SELECT case_id, min(confidence) AS grade
    FROM (
        SELECT case_id, confidence FROM case_costs
        UNION
        SELECT case_id, confidence FROM case_benefits
    )
    WHERE confidence NOT IN (SELECT confidence FROM optimism_bias)
    GROUP BY case_id
),
too_late AS (
    SELECT k.case_id, sum(k.amount_pence) AS pence
    FROM case_costs AS k
    JOIN business_cases AS c ON c.case_id = k.case_id
    WHERE k.year_no >= min(c.years, 100)
    GROUP BY k.case_id
)
SELECT
    c.case_id,
    c.project_id,
    CAST(round(p.cost) AS INTEGER) AS cost_pence,
    CAST(round(p.fiscal) AS INTEGER) AS fiscal_pence,
    iif(p.fiscal IS NULL, NULL, CAST(round(p.cashable) AS INTEGER)) AS cashable_pence,
    CAST(round(p.fiscal + p.wider) AS INTEGER) AS public_pence,
    CAST(round(p.fiscal - p.cost) AS INTEGER) AS npv_fiscal_pence,
    CAST(round(p.fiscal + p.wider - p.cost) AS INTEGER) AS npv_public_pence,
    iif(round(p.cost) > 0, round(p.fiscal / p.cost, 4), NULL) AS bcr_fiscal,
    iif(round(p.cost) > 0, round((p.fiscal + p.wider) / p.cost, 4), NULL) AS bcr_public,
    iif(round(p.cost) <= 0, 0, b.year_no) AS payback_year,
    nullif(ltrim(
        iif(NOT EXISTS (SELECT 1 FROM case_costs AS k WHERE k.case_id = c.case_id), '; it gives no cost', '')
        || iif(NOT EXISTS (SELECT 1 FROM case_benefits AS g WHERE g.case_id = c.case_id), '; it gives no benefit', '')
        || coalesce('; no price index for ' || x.fy, '')
        || coalesce('; no correction for optimism for confidence ' || o.grade, '')
        || iif(l.case_id IS NULL, '',
            '; costs of £' || printf('%.2f', l.pence / 100.0) || ' come after its last year and are left out')
        || iif(c.years > 100, '; years after the hundredth are left out', ''),
        '; '), '') AS reasons
FROM business_cases AS c
LEFT JOIN present AS p ON p.case_id = c.case_id
LEFT JOIN paid_back AS b ON b.case_id = c.case_id
LEFT JOIN unpriced AS x ON x.case_id = c.case_id
LEFT JOIN ungraded AS o ON o.case_id = c.case_id
LEFT JOIN too_late AS l ON l.case_id = c.case_id
ORDER BY c.case_id
