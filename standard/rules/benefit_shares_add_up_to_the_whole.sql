/*
message: "On {on_date} the shares in the benefits of {programme_id} add up to {percent} %, not 100 %."
advice: "Check share_bps (10000 is the whole) and the dates: where one share begins or ends, all shares of the programme must still add up."
severity: error
dataset: benefit_shares
field: share_bps
why: >
  What a programme saves is divided among the agencies by these shares. If they are more or less than the whole, money is
  promised twice or belongs to nobody. A sum can only change on the first day of a share and on the day after its last, so
  these days are tried.
*/
WITH
shares AS (
    SELECT rowid AS row_id, programme_id, share_bps, valid_from, coalesce(valid_to, '9999-12-31') AS last_day
    FROM benefit_shares
),
days AS (
    SELECT programme_id, valid_from AS on_date FROM shares
    UNION
    SELECT programme_id, date(valid_to, '+1 day') FROM benefit_shares WHERE valid_to IS NOT NULL
),
wrong AS (
    SELECT programme_id, on_date, sum(share_bps) AS total
    FROM days JOIN shares USING (programme_id)
    WHERE on_date BETWEEN valid_from AND last_day
    GROUP BY programme_id, on_date
    HAVING sum(share_bps) <> 10000
),
first_wrong AS (
    SELECT row_id, programme_id, total, min(on_date) AS on_date
    FROM shares JOIN wrong USING (programme_id)
    WHERE on_date BETWEEN valid_from AND last_day
    GROUP BY row_id
)
SELECT row_id, programme_id, on_date, printf('%.2f', total / 100.0) AS percent
FROM first_wrong
ORDER BY row_id
