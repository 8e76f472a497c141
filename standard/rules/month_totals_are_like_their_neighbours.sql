/*
message: "The payments of {agency_id} in {month} add up to {total}; the middle of the six months nearest to it is {median}. Its largest payment, on this line, is {largest}."
advice: "Is the month complete, is everything in it once, and are the amounts in pounds and not in pence or thousands? If so, nothing needs to be done."
severity: warning
dataset: spend
field: amount_gbp
why: >
  A month that came in part, or twice, or whose amounts lost their decimal point shows in its total. Each month of an
  agency is held against the median of the six nearest months that have payments, which one odd month cannot move. How
  far months usually lie from that median differs from agency to agency, so each agency is its own measure: a month is
  named where it lies more than three times as far from it as three in four of the agency's months do, and by more
  than a quarter of the median; but not where the same month of the year before or after is nearer to it than that, as
  when a grant comes each March. Agencies with fewer than nine months are not judged.
*/
WITH
months AS (
    SELECT agency_id, month, sum(amount_pence) AS total
    FROM payee_spend
    GROUP BY agency_id, month
),
numbered AS (
    SELECT
        agency_id, month, total,
        row_number() OVER (PARTITION BY agency_id ORDER BY month) AS place,
        count(*) OVER (PARTITION BY agency_id) AS months
    FROM months
),
neighbours AS (
    SELECT
        this.agency_id, this.month, this.total, other.total AS other_total,
        row_number() OVER (PARTITION BY this.agency_id, this.month ORDER BY other.total) AS place
    FROM numbered AS this
    JOIN numbered AS other
        ON other.agency_id = this.agency_id
        AND other.place <> this.place
        AND other.place BETWEEN min(max(this.place - 3, 1), this.months - 6)
        AND max(min(this.place + 3, this.months), 7)
    WHERE this.months >= 9
),
compared AS (
    SELECT agency_id, month, total, avg(other_total) AS median, abs(total - avg(other_total)) AS distance
    FROM neighbours
    WHERE place IN (3, 4)
    GROUP BY agency_id, month
),
ranked AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY agency_id ORDER BY distance) AS place,
        count(*) OVER (PARTITION BY agency_id) AS months
    FROM compared
),
usual AS (SELECT agency_id, distance AS usual_distance FROM ranked WHERE place = (3 * months + 3) / 4),
unlike AS (
    SELECT this.agency_id, this.month, this.total, this.median
    FROM compared AS this
    JOIN usual USING (agency_id)
    WHERE this.distance > 3 * usual_distance
        AND this.distance * 4 > abs(median)
        AND NOT EXISTS (
            SELECT 1
            FROM months AS other_year
            WHERE other_year.agency_id = this.agency_id
                AND substr(other_year.month, 5) = substr(this.month, 5)
                AND abs(substr(other_year.month, 1, 4) - substr(this.month, 1, 4)) = 1
                AND abs(other_year.total - this.total) <= 3 * usual_distance
        )
),
largest AS (
    SELECT
        spend.rowid AS row_id, unlike.agency_id, month, total, median, amount_pence AS largest,
        row_number() OVER (PARTITION BY unlike.agency_id, month ORDER BY abs(amount_pence) DESC, spend.rowid) AS place
    FROM spend CROSS JOIN unlike ON unlike.agency_id = spend.agency_id AND month = substr(payment_date, 1, 7)
)
SELECT
    row_id, agency_id, month,
    printf('£%,d', round(total / 100.0)) AS total,
    printf('£%,d', round(median / 100)) AS median,
    printf('£%,d', round(largest / 100.0)) AS largest
FROM largest
WHERE place = 1
ORDER BY row_id
