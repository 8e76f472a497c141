/*
title: Quality of what was sent, by publisher and period
meaning: "Each row is one period for which a publisher sent a file, or promised one: when it was due, whether it came, how many rows and pounds are published or held back, and how many warnings are open."
caveats:
  - "Amounts of different datasets are different things. Never add them."
  - "A file that covers several promised periods stands once for each of them."
  - "How late a file was that has come is not known: a release knows what is there, not on which day it arrived."
  - "A warning may be harmless. It is open as long as the checks find it."
parameters:
  publisher: {title: "Publisher, by its code; empty for all", example: "wexmoor-council"}
  dataset: {title: "Dataset, by its name; empty for all", example: "spend"}
columns:
  due: {title: "Was due"}
  state: {title: "Came, late or not due yet"}
  days_late: {title: "Days late on the day of this release", unit: days}
  file_id: {title: "File"}
  received_rows: {title: "Rows received", unit: count}
  published_rows: {title: "Rows published", unit: count}
  held_back_rows: {title: "Rows held back", unit: count}
  received_pence: {title: "Received", unit: gbp}
  published_pence: {title: "Published", unit: gbp}
  held_back_pence: {title: "Held back", unit: gbp}
  open_warnings: {title: "Open warnings", unit: count}
draw: {kind: table}
*/
WITH expected AS (
    SELECT
        e.agency_id,
        e.dataset,
        e.period,
        e.due,
        -- first and last day of the period: a year, a financial year, a quarter of a calendar year, a month or a day
        CASE
            WHEN e.period LIKE '____-____' THEN substr(e.period, 1, 4) || '-04-01'
            WHEN e.period LIKE '____-Q_' THEN date(substr(e.period, 1, 4) || '-01-01', (3 * substr(e.period, 7) - 3) || ' months')
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
    WHERE (:publisher = '' OR e.agency_id = :publisher) AND (:dataset = '' OR e.dataset = :dataset)
),
sent AS (
    SELECT f.file_id, f.publisher_id, f.dataset, f.period, f.period_start, f.period_end
    FROM files AS f
    WHERE (:publisher = '' OR f.publisher_id = :publisher) AND (:dataset = '' OR f.dataset = :dataset)
),
paired AS (
    SELECT e.agency_id AS publisher_id, e.dataset, e.period, e.due, s.file_id
    FROM expected AS e
    LEFT JOIN sent AS s ON s.publisher_id = e.agency_id AND s.dataset = e.dataset
        AND (s.period = e.period OR (s.period_start <= e.period_start AND s.period_end >= e.period_end))
    UNION ALL
    SELECT s.publisher_id, s.dataset, s.period, NULL, s.file_id
    FROM sent AS s
    WHERE NOT EXISTS (
        SELECT 1
        FROM expected AS e
        WHERE e.agency_id = s.publisher_id AND e.dataset = s.dataset
            AND (s.period = e.period OR (s.period_start <= e.period_start AND s.period_end >= e.period_end))
    )
),
total AS (
    SELECT
        file_id,
        sum("rows") FILTER (WHERE outcome = 'received') AS received_rows,
        sum("rows") FILTER (WHERE outcome = 'published') AS published_rows,
        sum("rows") FILTER (WHERE outcome = 'held_back') AS held_back_rows,
        sum(amount_pence) FILTER (WHERE outcome = 'received') AS received_pence,
        sum(amount_pence) FILTER (WHERE outcome = 'published') AS published_pence,
        sum(amount_pence) FILTER (WHERE outcome = 'held_back') AS held_back_pence
    FROM conservation
    GROUP BY file_id
),
warned AS (
    SELECT file_id, count(*) AS warnings FROM problems WHERE severity = 'warning' GROUP BY file_id
)
SELECT
    p.publisher_id,
    coalesce(a.name, k.title, p.publisher_id) AS publisher,
    p.dataset,
    p.period,
    p.due,
    CASE WHEN p.file_id IS NOT NULL THEN 'came' WHEN p.due < r.as_of THEN 'late' ELSE 'not due yet' END AS state,
    CASE WHEN p.file_id IS NULL AND p.due < r.as_of THEN CAST(julianday(r.as_of) - julianday(p.due) AS INTEGER) END AS days_late,
    p.file_id,
    t.received_rows,
    t.published_rows,
    CASE WHEN t.received_rows IS NOT NULL THEN coalesce(t.held_back_rows, 0) END AS held_back_rows,
    t.received_pence,
    t.published_pence,
    CASE WHEN t.received_pence IS NOT NULL THEN coalesce(t.held_back_pence, 0) END AS held_back_pence,
    CASE WHEN p.file_id IS NOT NULL THEN coalesce(w.warnings, 0) END AS open_warnings
FROM paired AS p
CROSS JOIN releases AS r
LEFT JOIN agencies AS a ON a.agency_id = p.publisher_id
LEFT JOIN packages AS k ON k.publisher_id = p.publisher_id
LEFT JOIN total AS t ON t.file_id = p.file_id
LEFT JOIN warned AS w ON w.file_id = p.file_id
ORDER BY publisher, p.publisher_id, p.dataset, p.period DESC, p.file_id
