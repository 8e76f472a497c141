/*
Every period for which there is an outcome, a point of a target or help given, laid along one line of months.

A row says what kind of period it is, its last day, and the month of that day as a number: twelve times the year, plus the
months of the year that went before. So 2024-2025, 2025-Q1 and 2025-03 all end in month 24302 (12 × 2025 + 2), and the
months between two periods are the difference of their numbers. Financial years end on 31 March; quarters are of the
calendar year.
*/
WITH
named AS (
    SELECT period FROM outcomes
    UNION
    SELECT period FROM targets
    UNION
    SELECT period FROM interventions
),
-- each spelling of a period has a length of its own, but for quarters (2025-Q1) and months (2025-03)
sorted AS (
    SELECT
        period,
        CASE
            WHEN length(period) = 9 THEN 'financial_year'
            WHEN length(period) = 4 THEN 'year'
            WHEN period LIKE '____-Q_' THEN 'quarter'
            WHEN length(period) = 7 THEN 'month'
            ELSE 'day'
        END AS period_kind
    FROM named
),
dated AS (
    SELECT
        period,
        period_kind,
        CASE period_kind
            WHEN 'financial_year' THEN substr(period, 6) || '-03-31'
            WHEN 'year' THEN period || '-12-31'
            WHEN 'quarter' THEN date(printf('%s-%02d-01', substr(period, 1, 4), 3 * substr(period, 7)), '+1 month', '-1 day')
            WHEN 'month' THEN date(period || '-01', '+1 month', '-1 day')
            ELSE period
        END AS last_day
    FROM sorted
)
SELECT period, period_kind, last_day, 12 * substr(last_day, 1, 4) + substr(last_day, 6, 2) - 1 AS month_number
FROM dated
ORDER BY period
