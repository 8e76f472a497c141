/*
message: "{agency_id} has not published {dataset_due} for {period}; it was due on {due}."
advice: "Send the file, with its period in datapackage.json; one file may cover several periods. If the day was moved, change it in expected_publications."
severity: warning
dataset: expected_publications
field: due
why: >
  A figure for the whole place is only as complete as its latest publisher. A file counts as come if it says that it
  covers the whole period, even where rows of it are held back. The warning goes to the agency that is late, and not to
  the partnership, which keeps the list of what was promised.
*/
WITH
overdue AS (
    SELECT expected_publications.rowid AS row_id, agency_id, dataset, period, due
    FROM expected_publications CROSS JOIN releases
    WHERE due < as_of
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
        END AS first_day,
        CASE
            WHEN length(period) IN (4, 9) THEN '+12 months'
            WHEN period LIKE '____-Q_' THEN '+3 months'
            WHEN length(period) = 7 THEN '+1 month'
            ELSE '+1 day'
        END AS lasts
    FROM (SELECT DISTINCT period FROM overdue)
)
SELECT row_id, agency_id, agency_id AS answerable, dataset AS dataset_due, period, due
FROM overdue JOIN spans USING (period)
WHERE NOT EXISTS (
    SELECT 1
    FROM files
    WHERE files.publisher_id = agency_id AND files.dataset = overdue.dataset
        AND (
            files.period = overdue.period
            OR files.period_start <= first_day AND files.period_end >= date(first_day, lasts, '-1 day')
        )
)
ORDER BY row_id
