/*
message: "The payment of {payment_date} is in the file {other_file} already, which covers the same days."
advice: "Leave it out of one of the two files, or correct their periods in datapackage.json. If it was really paid twice, give both payments in one file."
severity: error
dataset: spend
field: payment_date
why: >
  A payment that two files hold would count twice. Two like payments in one file are real; so of one payment (the same
  agency, date, amount, provider, reference and purpose) the copies in the file that has most of them stand, in the first
  by name where several have as many, and those in the other files are held back. Only days that two files of a publisher
  cover are searched; a file that does not say what it covers may cover any.
*/
WITH
covered AS (
    SELECT
        file_id, publisher_id,
        coalesce(period_start, '0001-01-01') AS first_day, coalesce(period_end, '9999-12-31') AS last_day
    FROM files
    WHERE dataset = 'spend'
),
shared AS (
    SELECT
        this.file_id,
        min(max(this.first_day, other.first_day)) AS first_day,
        max(min(this.last_day, other.last_day)) AS last_day
    FROM covered AS this
    JOIN covered AS other
        ON other.publisher_id = this.publisher_id
        AND other.file_id <> this.file_id
        AND other.first_day <= this.last_day
        AND other.last_day >= this.first_day
    GROUP BY this.file_id
),
searched AS (
    SELECT
        spend.rowid AS row_id, spend.file_id, agency_id, payment_date, amount_pence, provider_name, transaction_ref,
        purpose
    FROM spend CROSS JOIN shared USING (file_id)
    WHERE EXISTS (SELECT 1 FROM shared) AND payment_date BETWEEN first_day AND last_day
),
suspect AS (
    SELECT agency_id, payment_date, amount_pence
    FROM searched
    GROUP BY agency_id, payment_date, amount_pence
    HAVING min(file_id) <> max(file_id)
),
known AS (
    SELECT
        row_id, file_id, payment_date,
        dense_rank() OVER (
            ORDER BY agency_id, payment_date, amount_pence, provider_name, transaction_ref, purpose
        ) AS payment
    FROM searched JOIN suspect USING (agency_id, payment_date, amount_pence)
),
counted AS (SELECT *, count(*) OVER (PARTITION BY payment, file_id) AS in_file FROM known),
kept AS (
    SELECT *, first_value(file_id) OVER (PARTITION BY payment ORDER BY in_file DESC, file_id) AS other_file FROM counted
)
SELECT row_id, payment_date, other_file
FROM kept
WHERE file_id <> other_file
ORDER BY row_id
