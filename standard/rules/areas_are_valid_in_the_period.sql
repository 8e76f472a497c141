/*
message: "The area {area_id} is not valid in {period}: it is valid {bounds}."
advice: "Give the code that the area has in this period; boundaries and codes change, and areas lists from when to when each holds."
severity: error
field: area_id
why: >
  A ward that was abolished or redrawn keeps its old code. Figures under a code that did not exist at the time belong to
  other streets and other people. An area need only be valid on some day of the period.
*/
WITH
dated_areas AS (
    SELECT area_id, coalesce(valid_from, '0001-01-01') AS first_day, coalesce(valid_to, '9999-12-31') AS last_day
    FROM areas
    WHERE valid_from IS NOT NULL OR valid_to IS NOT NULL
),
placed AS (
    SELECT 'outcomes' AS dataset, rowid AS row_id, area_id, period FROM outcomes
    UNION ALL
    SELECT 'budgets', rowid, area_id, fy FROM budgets
    UNION ALL
    SELECT 'caseloads', rowid, area_id, fy FROM caseloads
    UNION ALL
    SELECT 'contacts', rowid, area_id, fy FROM contacts
    UNION ALL
    SELECT 'interventions', rowid, area_id, period FROM interventions
),
spans AS (
    SELECT
        period,
        CASE
            WHEN length(period) = 9 THEN substr(period, 1, 4) || '-04-01'
            WHEN length(period) = 4 THEN period || '-01-01'
            WHEN period LIKE '____-Q_' THEN printf('%s-%02d-01', substr(period, 1, 4), 3 * substr(period, 7) - 2)
            WHEN length(period) = 7 THEN period || '-01'
            ELSE period
        END AS starts,
        CASE
            WHEN length(period) IN (4, 9) THEN '+12 months'
            WHEN period LIKE '____-Q_' THEN '+3 months'
            WHEN length(period) = 7 THEN '+1 month'
            ELSE '+1 day'
        END AS lasts
    FROM (SELECT DISTINCT period FROM placed)
),
wrong AS (
    SELECT dataset, row_id, area_id, period, first_day, last_day, starts
    FROM placed JOIN spans USING (period) JOIN dated_areas USING (area_id)
    WHERE starts > last_day OR date(starts, lasts, '-1 day') < first_day
    UNION ALL
    SELECT 'spend', spend.rowid, area_id, payment_date, first_day, last_day, payment_date
    FROM spend JOIN dated_areas USING (area_id)
    WHERE payment_date NOT BETWEEN first_day AND last_day
)
SELECT
    dataset, row_id, area_id, period,
    CASE WHEN starts > last_day THEN 'until ' || last_day ELSE 'from ' || first_day END AS bounds
FROM wrong
ORDER BY dataset, row_id
