/*
title: Payments by department
meaning: "Each row is one department of one agency, in the agency's own words, and what its published payments add up to in one financial year."
caveats:
  - "Departments are named and drawn by each agency in its own way, and change over the years. Do not compare them between agencies."
  - "Payments over the agency's threshold only: pay and benefits are missing, so a department of many staff and few bills looks small."
parameters:
  agency: {title: "Agency, by its code; empty for all", example: "wexmoor-council"}
  fy: {title: "Financial year, for example 2024-2025; empty for all", example: "2024-2025"}
columns:
  amount_pence: {title: "Payments, credits taken off", unit: gbp}
  with_project_pence: {title: "Of which for a stated project", unit: gbp}
draw: {kind: bar, x: amount_pence, y: department, colour: fy}
*/
WITH paid AS (
    SELECT
        agency_id,
        fy,
        department,
        sum(amount_pence) AS amount_pence,
        coalesce(sum(amount_pence) FILTER (WHERE project_basis = 'stated'), 0) AS with_project_pence
    FROM yearly_spend
    WHERE (:fy = '' OR substr(fy, 1, 4) = substr(:fy, 1, 4))
        AND (:agency = '' OR agency_id = :agency)
    GROUP BY agency_id, fy, department
)
SELECT
    p.agency_id,
    a.name AS agency,
    p.fy,
    coalesce(p.department, 'Not stated') AS department,
    p.amount_pence,
    p.with_project_pence
FROM paid AS p
JOIN agencies AS a ON a.agency_id = p.agency_id
ORDER BY agency, p.agency_id, p.fy, p.department IS NULL, p.amount_pence DESC, p.department
