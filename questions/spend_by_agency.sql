/*
title: Payments by agency
meaning: "Each row is one agency and what its published payments add up to. An agency with an empty amount has sent no payments for the year."
caveats:
  - "These are payments over each agency's own threshold. Pay, pensions and benefits are not among them, so this is not all that an agency spends. Budgets and their outturn are."
  - "Agencies publish from different thresholds and some include VAT: the columns beside the amount say which. Do not rank agencies by these totals."
  - "What agencies pay each other would count twice in a total for the place, so it is shown beside the amount and taken off in the last amount."
parameters:
  fy: {title: "Financial year, for example 2024-2025; empty for all", example: "2024-2025"}
  tier: {title: "How early help comes: prevention, early, targeted or acute; empty for all", example: "early"}
columns:
  amount_pence: {title: "Payments, credits taken off", unit: gbp}
  to_members_pence: {title: "Of which to other agencies", unit: gbp}
  net_pence: {title: "Payments less those to other agencies", unit: gbp}
  first_month: {title: "First month with payments"}
  last_month: {title: "Last month with payments"}
  spend_threshold_pence: {title: "Published from", unit: gbp}
  amount_basis: {title: "How amounts are measured"}
  spend_scope: {title: "What the payments cover"}
draw: {kind: bar, x: net_pence, y: agency}
*/
WITH paid AS (
    SELECT
        agency_id,
        sum(amount_pence) AS amount_pence,
        coalesce(sum(amount_pence) FILTER (WHERE is_transfer), 0) AS to_members_pence,
        min(first_month) AS first_month,
        max(last_month) AS last_month
    FROM yearly_spend
    WHERE (:fy = '' OR substr(fy, 1, 4) = substr(:fy, 1, 4))
        AND (:tier = '' OR tier = :tier)
    GROUP BY agency_id
)
SELECT
    a.agency_id,
    a.name AS agency,
    p.amount_pence,
    p.to_members_pence,
    p.amount_pence - p.to_members_pence AS net_pence,
    p.first_month,
    p.last_month,
    a.spend_threshold_pence,
    a.amount_basis,
    a.spend_scope
FROM agencies AS a
LEFT JOIN paid AS p ON p.agency_id = a.agency_id
ORDER BY p.amount_pence IS NULL, p.amount_pence DESC, a.agency_id
