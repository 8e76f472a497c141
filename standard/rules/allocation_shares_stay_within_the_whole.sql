/*
message: "On {on_date} the allocation {allocation_id} and others of the same payments by {dimension} add up to {percent} %, more than the whole."
advice: "Check share_bps (10000 is the whole) and the dates of all allocations that select the same agency, department, expense type and service; end the old one before the new one begins."
severity: error
dataset: allocations
field: share_bps
why: >
  An allocation says which share of some payments went to a project or an area. More than the whole would spread pounds
  that were never spent; less is shown as not allocated. A sum is highest on the first day of a share, so these days are
  tried.
*/
WITH
shares AS (
    SELECT
        rowid AS row_id,
        allocation_id,
        dimension,
        share_bps,
        valid_from,
        coalesce(valid_to, '9999-12-31') AS last_day,
        dense_rank() OVER (ORDER BY agency_id, department, expense_type, service_id, dimension) AS selection
    FROM allocations
),
days AS (SELECT DISTINCT selection, valid_from AS on_date FROM shares),
wrong AS (
    SELECT selection, on_date, sum(share_bps) AS total
    FROM days JOIN shares USING (selection)
    WHERE on_date BETWEEN valid_from AND last_day
    GROUP BY selection, on_date
    HAVING sum(share_bps) > 10000
),
first_wrong AS (
    SELECT row_id, allocation_id, dimension, total, min(on_date) AS on_date
    FROM shares JOIN wrong USING (selection)
    WHERE on_date BETWEEN valid_from AND last_day
    GROUP BY row_id
)
SELECT row_id, allocation_id, dimension, on_date, printf('%.2f', total / 100.0) AS percent
FROM first_wrong
ORDER BY row_id
