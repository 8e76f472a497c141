/*
title: Quality of what was sent, by publisher
meaning: "Each row is one publisher: whether its last package could be used, how many promised files are late and for how long, how many of its rows and payments are held back, how many warnings are open, and how many corrections it has published."
caveats:
  - "A publisher that sends more is found more to mend in. Compare shares, and look at what is behind them."
  - "A correction is a sign of care. A publisher without any may have made no mistakes, or not looked."
  - "Money is that of payments alone; credits are taken off."
parameters:
  publisher: {title: "Publisher, by its code; empty for all", example: "wexmoor-council"}
columns:
  verdict: {title: "Verdict on its last package"}
  late: {title: "Promised files that are late", unit: count}
  most_days_late: {title: "Days late, at most", unit: days}
  received_rows: {title: "Rows received", unit: count}
  published_rows: {title: "Rows published", unit: count}
  held_back_rows: {title: "Rows held back", unit: count}
  held_back_share_bps: {title: "Share of rows held back", unit: basis_points}
  payments_received_pence: {title: "Payments received", unit: gbp}
  payments_held_back_pence: {title: "Payments held back", unit: gbp}
  open_warnings: {title: "Open warnings", unit: count}
  corrections: {title: "Corrections published", unit: count}
  last_correction: {title: "Last correction"}
draw: {kind: table}
*/
WITH total AS (
    SELECT
        publisher_id,
        coalesce(sum("rows") FILTER (WHERE outcome = 'received'), 0) AS received_rows,
        coalesce(sum("rows") FILTER (WHERE outcome = 'published'), 0) AS published_rows,
        coalesce(sum("rows") FILTER (WHERE outcome = 'held_back'), 0) AS held_back_rows,
        sum(amount_pence) FILTER (WHERE outcome = 'received' AND dataset = 'spend') AS received_pence,
        coalesce(sum(amount_pence) FILTER (WHERE outcome = 'held_back' AND dataset = 'spend'), 0) AS held_back_pence
    FROM conservation
    GROUP BY publisher_id
),
warned AS (
    SELECT publisher_id, count(*) AS warnings FROM problems WHERE severity = 'warning' GROUP BY publisher_id
),
expected AS (
    SELECT
        e.agency_id,
        e.dataset,
        e.period,
        e.due,
        r.as_of,
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
    CROSS JOIN releases AS r
    WHERE e.due < r.as_of
),
overdue AS (
    SELECT e.agency_id, count(*) AS late, max(CAST(julianday(e.as_of) - julianday(e.due) AS INTEGER)) AS most_days_late
    FROM expected AS e
    WHERE NOT EXISTS (
        SELECT 1
        FROM files AS f
        WHERE f.publisher_id = e.agency_id AND f.dataset = e.dataset
            AND (f.period = e.period OR (f.period_start <= e.period_start AND f.period_end >= e.period_end))
    )
    GROUP BY e.agency_id
),
corrected AS (
    SELECT agency_id, count(*) AS corrections, max(published_on) AS last_correction FROM corrections GROUP BY agency_id
),
publisher AS (
    SELECT publisher_id FROM packages UNION SELECT agency_id FROM overdue
)
SELECT
    p.publisher_id,
    coalesce(a.name, k.title, p.publisher_id) AS publisher,
    k.verdict,
    coalesce(o.late, 0) AS late,
    o.most_days_late,
    coalesce(t.received_rows, 0) AS received_rows,
    coalesce(t.published_rows, 0) AS published_rows,
    coalesce(t.held_back_rows, 0) AS held_back_rows,
    CAST(round(10000.0 * t.held_back_rows / nullif(t.received_rows, 0)) AS INTEGER) AS held_back_share_bps,
    t.received_pence AS payments_received_pence,
    CASE WHEN t.received_pence IS NOT NULL THEN t.held_back_pence END AS payments_held_back_pence,
    coalesce(w.warnings, 0) AS open_warnings,
    coalesce(c.corrections, 0) AS corrections,
    c.last_correction
FROM publisher AS p
LEFT JOIN packages AS k ON k.publisher_id = p.publisher_id
LEFT JOIN agencies AS a ON a.agency_id = p.publisher_id
LEFT JOIN total AS t ON t.publisher_id = p.publisher_id
LEFT JOIN warned AS w ON w.publisher_id = p.publisher_id
LEFT JOIN overdue AS o ON o.agency_id = p.publisher_id
LEFT JOIN corrected AS c ON c.agency_id = p.publisher_id
WHERE :publisher = '' OR p.publisher_id = :publisher
ORDER BY publisher, p.publisher_id
