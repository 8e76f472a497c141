/*
title: Projects, and what was paid for them
meaning: "Each row is one project: its programme, state and owner, what published payments name it, what published allocations share out to it, and what its budget lines say was spent."
caveats:
  - "Payments leave out pay and everything below the thresholds; outturn has it all, but only where an agency keeps a budget line for the project. They overlap: never add them."
  - "A project without payments may be run by staff alone."
  - "Shared out means that an agency's published rule sends a part of payments that name no project here; the rule gives its evidence."
  - "Outturn adds up all years published so far, also those of an earlier plan."
parameters:
  theme: {title: "Theme, by its code; empty for all", example: "strong-families"}
  status: {title: "Status: planned, live, completed or stopped; empty for all", example: "live"}
columns:
  payments_pence: {title: "Payments that name it", unit: gbp}
  allocated_pence: {title: "Shared out to it by a rule", unit: gbp}
  outturn_pence: {title: "Outturn of its budget lines", unit: gbp}
  first_month: {title: "First month with payments"}
  last_month: {title: "Last month with payments"}
draw: {kind: bar, x: payments_pence, y: project, colour: tier}
*/
WITH paid AS (
    SELECT
        project_id,
        sum(amount_pence) FILTER (WHERE project_basis = 'stated') AS amount_pence,
        sum(amount_pence) FILTER (WHERE project_basis = 'allocated') AS allocated_pence,
        min(first_month) AS first_month,
        max(last_month) AS last_month
    FROM yearly_spend
    WHERE project_id IS NOT NULL
    GROUP BY project_id
),
outturn AS (
    SELECT project_id, sum(amount_pence) AS amount_pence
    FROM budgets
    WHERE project_id IS NOT NULL AND phase = 'actual'
    GROUP BY project_id
)
SELECT
    j.project_id,
    j.title AS project,
    j.programme_id,
    g.title AS programme,
    g.theme_id,
    t.title AS theme,
    j.owner_agency_id,
    a.name AS owner,
    j.tier,
    j.status,
    j.starts,
    j.ends,
    p.amount_pence AS payments_pence,
    p.allocated_pence,
    o.amount_pence AS outturn_pence,
    p.first_month,
    p.last_month,
    j.stopped_reason
FROM projects AS j
JOIN programmes AS g ON g.programme_id = j.programme_id
JOIN themes AS t ON t.theme_id = g.theme_id
LEFT JOIN agencies AS a ON a.agency_id = j.owner_agency_id
LEFT JOIN paid AS p ON p.project_id = j.project_id
LEFT JOIN outturn AS o ON o.project_id = j.project_id
WHERE (:theme = '' OR g.theme_id = :theme) AND (:status = '' OR j.status = :status)
ORDER BY theme, g.theme_id, programme, j.programme_id, project, j.project_id
