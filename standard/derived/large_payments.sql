/*
The hundred largest payments of each agency in each financial year, with the file and line in which each was sent.

Equal amounts stand in the order of their day, file and line. Credits are not set against the payments that they took back.
Whichever agencies and years are asked for together, their hundred largest payments are among these.
*/
WITH RECURSIVE
sent AS MATERIALIZED (
    -- a financial year starts in April: three months earlier, it is a calendar year
    SELECT
        file_id,
        CAST(strftime('%Y', min(payment_date), 'start of month', '-3 months') AS INTEGER) AS first_year,
        CAST(strftime('%Y', max(payment_date), 'start of month', '-3 months') AS INTEGER) AS last_year
    FROM spend
    GROUP BY file_id
),
file_year (file_id, year, last_year) AS (
    SELECT file_id, first_year, last_year FROM sent
    UNION ALL
    SELECT file_id, year + 1, last_year FROM file_year WHERE year < last_year
),
candidate AS (
    -- a file has payments of one agency: a hundred of each file and year are enough, and never all are sorted at once
    SELECT file_year.year, spend.agency_id, spend.amount_pence, spend.payment_date, spend.file_id, spend.line
    FROM file_year
    CROSS JOIN spend
        ON spend.rowid IN (
            SELECT payment.rowid
            FROM spend AS payment
            WHERE payment.file_id = file_year.file_id
                AND payment.payment_date BETWEEN file_year.year || '-04-01' AND (file_year.year + 1) || '-03-31'
            ORDER BY payment.amount_pence DESC, payment.payment_date, payment.line
            LIMIT 100
        )
),
ranked AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY agency_id, year ORDER BY amount_pence DESC, payment_date, file_id, line
        ) AS place
    FROM candidate
)
SELECT
    agency_id,
    year || '-' || (year + 1) AS fy,
    place,
    payment_date,
    amount_pence,
    file_id,
    line
FROM ranked
WHERE place <= 100
ORDER BY agency_id, year, place
