/*
title: What is late
meaning: "Each row is something an agency promised to publish by a day that has passed, and for which no file has come, with the last period that did come."
caveats:
  - "Late is judged on the day of this release, and only against what the partnership has written down as promised."
  - "A file counts as come when it is for the same period or covers it whole, even if some of its rows are held back."
  - "A file that came after its day is no longer on this list."
parameters:
  agency: {title: "Agency, by its code; empty for all", example: "wexmoor-nhs"}
columns:
  due: {title: "Was due"}
  days_late: {title: "Days late on the day of this release", unit: days}
  last_period_received: {title: "Last period received"}
draw: {kind: table}
*/
WITH expected AS (
    SELECT
        e.agency_id,
        e.dataset,
        e.period,
        e.due,
        r.as_of,
        -- first and last day of the period: a year, a financial year, a quarter of a calendar year, a month or a day
        CASE
            WHEN e.period LIKE '____-____' THEN substr(e.period, 1, 4) || '-04-01'
            WHEN e.period LIKE '____-Q_' THEN date(substr(e.period, 1, 4) || '-01-01', (3 * substr(e.period, 7) - 3) || ' months')
            -- a year lacks its month and day, a month its day, a day nothing
            ELSE e.period || substr('-01-01', length(e.period) - 3)
        END AS period_start,
        CASE
            WHEN e.period LIKE '____-____' THEN substr(e.period, 6) || '-03-31'
            WHEN e.period LIKE '____-Q_' THEN date(substr(e.period, 1, 4) || '-01-01', (3 * substr(e.period, 7)) || ' months', '-1 day')
            WHEN e.period LIKE '____' THEN e.period || '-12-31'
            WHEN e.period LIKE '____-__' THEN date(e.period || '-01', '+1 month', '-1 day')
            ELSE e.period
        END AS period_end
    FROM expected_publications AS e
    CROSS JOIN releases AS r
    WHERE e.due < r.as_of AND (:agency = '' OR e.agency_id = :agency)
),
last_received AS (
    -- the period of the file that reaches furthest
    SELECT publisher_id, dataset, period, max(period_end)
    FROM files
    GROUP BY publisher_id, dataset
)
SELECT
    e.agency_id,
    a.name AS agency,
    e.dataset,
    e.period,
    e.due,
    CAST(julianday(e.as_of) - julianday(e.due) AS INTEGER) AS days_late,
    l.period AS last_period_received
FROM expected AS e
JOIN agencies AS a ON a.agency_id = e.agency_id
LEFT JOIN last_received AS l ON l.publisher_id = e.agency_id AND l.dataset = e.dataset
WHERE NOT EXISTS (
    SELECT 1
    FROM files AS f
    WHERE f.publisher_id = e.agency_id AND f.dataset = e.dataset
        AND (f.period = e.period OR (f.period_start <= e.period_start AND f.period_end >= e.period_end))
)
ORDER BY days_late DESC, agency, e.agency_id, e.dataset, e.period
