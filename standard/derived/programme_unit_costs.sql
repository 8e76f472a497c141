/*
What it costs a programme to help one family, person or household for a year.

The cost is the revenue outturn (phase actual) of the programme's projects, pay and all. The number is that of the helped in
the programme's group of people, in the whole place (the areas that lie in no other); where two publishers count the same
group, the larger number, for they may be the same people. Years without a known number, or with none helped, are left out,
and so are programmes that are for no one group.

Real terms: at the prices of the last financial year that was over on the day of the release; blank where the price index of
either year is missing.
*/
WITH
costs AS (
    SELECT projects.programme_id, budgets.fy, sum(budgets.amount_pence) AS cost_pence
    FROM budgets
    JOIN projects USING (project_id)
    WHERE budgets.phase = 'actual' AND budgets.kind = 'revenue'
    GROUP BY projects.programme_id, budgets.fy
),
-- a number that is withheld is text, and no number
counted AS (
    SELECT caseloads.publisher_id, caseloads.cohort_id, caseloads.fy, sum(caseloads.supported) AS supported
    FROM caseloads
    JOIN areas USING (area_id)
    WHERE areas.parent_id IS NULL AND typeof(caseloads.supported) = 'integer'
    GROUP BY caseloads.publisher_id, caseloads.cohort_id, caseloads.fy
),
helped AS (
    SELECT cohort_id, fy, max(supported) AS supported
    FROM counted
    GROUP BY cohort_id, fy
    HAVING max(supported) > 0
),
-- the financial year that ended last, on 31 March at the latest
last_year AS (
    SELECT (began - 1) || '-' || began AS price_year
    FROM (SELECT CAST(strftime('%Y', as_of, '+1 day', '-3 months') AS INTEGER) AS began FROM releases)
)
SELECT
    costs.programme_id,
    costs.fy,
    programmes.cohort_id,
    costs.cost_pence,
    helped.supported,
    CAST(round(1.0 * costs.cost_pence / helped.supported) AS INTEGER) AS unit_cost_pence,
    last_year.price_year,
    CAST(round(1.0 * costs.cost_pence / helped.supported * prices."index" / then_prices."index") AS INTEGER)
        AS real_unit_cost_pence
FROM costs
JOIN programmes USING (programme_id)
JOIN helped ON helped.cohort_id = programmes.cohort_id AND helped.fy = costs.fy
CROSS JOIN last_year
LEFT JOIN deflators AS prices ON prices.fy = last_year.price_year
LEFT JOIN deflators AS then_prices ON then_prices.fy = costs.fy
ORDER BY costs.programme_id, costs.fy
