/*
title: A business case, year by year
meaning: "Each row is one year of one business case: its costs and fiscal benefits in that year, what both are worth in the first year, and what has come back so far."
caveats:
  - "Amounts are corrected for optimism and in prices of the base year. Each is rounded by itself, so years may add up to a penny more or less than the result of the case."
  - "Still to come back is the whole cost of the case less the benefits so far. Where it is nought or less the case has paid for itself."
parameters:
  case: {title: "Business case, by its code; empty for all", example: "eastgate-hub-case"}
columns:
  cost_pence: {title: "Cost in that year", unit: gbp}
  benefit_pence: {title: "Fiscal benefit in that year", unit: gbp}
  discount_factor: {title: "What a pound of that year counts for"}
  present_cost_pence: {title: "Cost, as worth in the first year", unit: gbp}
  present_benefit_pence: {title: "Benefit, as worth in the first year", unit: gbp}
  benefit_so_far_pence: {title: "Benefits so far", unit: gbp}
  still_to_come_back_pence: {title: "Still to come back of the whole cost", unit: gbp}
draw: {kind: line, x: year_no, y: benefit_so_far_pence, colour: business_case}
*/
WITH yearly AS (
    SELECT
        case_id,
        year_no,
        discount_factor,
        -- one value that is not known makes its year unknown
        iif(count(*) = count(value), total(value) FILTER (WHERE side = 'cost'), NULL) AS cost,
        iif(count(*) = count(value), total(value) FILTER (WHERE side = 'benefit'), NULL) AS benefit
    FROM case_years
    WHERE :case = '' OR case_id = :case
    GROUP BY case_id, year_no, discount_factor
),
running AS (
    SELECT
        *,
        iif(
            count(*) OVER so_far = count(benefit) OVER so_far,
            sum(benefit * discount_factor) OVER so_far, NULL
        ) AS benefit_so_far,
        iif(
            count(*) OVER (PARTITION BY case_id) = count(cost) OVER (PARTITION BY case_id),
            sum(cost * discount_factor) OVER (PARTITION BY case_id), NULL
        ) AS whole_cost
    FROM yearly
    WINDOW so_far AS (PARTITION BY case_id ORDER BY year_no ROWS UNBOUNDED PRECEDING)
)
SELECT
    y.case_id,
    b.title AS business_case,
    b.base_year,
    y.year_no,
    CAST(round(y.cost) AS INTEGER) AS cost_pence,
    CAST(round(y.benefit) AS INTEGER) AS benefit_pence,
    round(y.discount_factor, 6) AS discount_factor,
    CAST(round(y.cost * y.discount_factor) AS INTEGER) AS present_cost_pence,
    CAST(round(y.benefit * y.discount_factor) AS INTEGER) AS present_benefit_pence,
    CAST(round(y.benefit_so_far) AS INTEGER) AS benefit_so_far_pence,
    CAST(round(y.whole_cost - y.benefit_so_far) AS INTEGER) AS still_to_come_back_pence
FROM running AS y
JOIN business_cases AS b ON b.case_id = y.case_id
ORDER BY business_case, y.case_id, y.year_no
