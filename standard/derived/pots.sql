/*
What agencies put into the pot of each programme, by phase: who, from which funding stream, under which arrangement.

Proposed, approved, revised and actual are states of the same money and are never added together; is_latest marks the
furthest phase of every contribution, so that these rows alone make a total without counting anything twice.
Contributions in kind are worth what their agency says. Who manages a pool, and who bears an overspend, stands in the
agreement that is named.
*/
SELECT
    programme_id,
    fy,
    phase,
    arrangement,
    stream_id,
    agency_id,
    host_agency_id,
    agreement_id,
    is_latest,
    sum(amount_pence) AS amount_pence
FROM (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY contribution_id, fy ORDER BY instr('actual,revised,approved,proposed', phase)
        ) = 1 AS is_latest
    FROM contributions
)
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
ORDER BY 1, 2, instr('proposed,approved,revised,actual', phase), 4, 5, 6, 7, 8, 9
