/*
title: Rules that share out payments
meaning: "Each row is one share of a rule: which payments of an agency, that name no project or area themselves, go to which project or area, in which part, by which method and evidence, and what all shares of the rule leave open."
caveats:
  - "The closest rule applies to a payment: by its service, then by department and type, by department, by type, and last by agency alone."
  - "A share by population is spread over the wards inside its area, or over all wards where it names none."
  - "What a rule leaves open stays not allocated. It is worked out for the first day of the share; shares of other dates are left aside."
parameters:
  agency: {title: "Agency, by its code; empty for all", example: "wexmoor-council"}
columns:
  payments_of: {title: "Which payments"}
  goes_to: {title: "Go to"}
  share_bps: {title: "Share", unit: basis_points}
  left_open_bps: {title: "Left open by the whole rule", unit: basis_points}
draw: {kind: table}
*/
WITH rule AS (
    SELECT
        *,
        dense_rank() OVER (ORDER BY agency_id, department, expense_type, service_id, dimension) AS selection
    FROM allocations
    WHERE :agency = '' OR agency_id = :agency
)
SELECT
    r.allocation_id,
    r.agency_id,
    a.name AS agency,
    CASE
        WHEN coalesce(r.service_id, r.department, r.expense_type) IS NULL THEN 'all payments'
        ELSE substr(
            coalesce(', service ' || s.title, '') || coalesce(', department ' || r.department, '')
            || coalesce(', type ' || r.expense_type, ''), 3
        )
    END AS payments_of,
    r.dimension,
    coalesce(j.title, w.name, CASE WHEN r.method = 'population' THEN 'all wards' ELSE 'nobody' END) AS goes_to,
    coalesce(r.project_id, r.area_id) AS goes_to_id,
    r.share_bps,
    (
        SELECT max(0, 10000 - sum(o.share_bps))
        FROM rule AS o
        WHERE o.selection = r.selection
            AND r.valid_from BETWEEN o.valid_from AND coalesce(o.valid_to, '9999-12-31')
    ) AS left_open_bps,
    r.method,
    r.evidence,
    r.valid_from,
    r.valid_to
FROM rule AS r
JOIN agencies AS a ON a.agency_id = r.agency_id
LEFT JOIN services AS s ON s.service_id = r.service_id
LEFT JOIN projects AS j ON j.project_id = r.project_id
LEFT JOIN areas AS w ON w.area_id = r.area_id
ORDER BY agency, r.agency_id, payments_of, r.dimension, r.valid_from, r.share_bps DESC, r.allocation_id
