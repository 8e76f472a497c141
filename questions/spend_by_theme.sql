/*
title: Payments by theme
meaning: "Each row is one theme and what the payments for its projects add up to. The last row is what no publisher has tied to a theme."
caveats:
  - "A theme is reached through the project that a payment names, or that a published allocation shares a part of it out to. What neither reaches is shown as not stated and never spread over the themes."
  - "These are payments over each agency's threshold, without pay and benefits: they are where a theme's money can be followed, not all of it."
  - "Where agencies measure differently (thresholds, VAT), the last column says so and the total is approximate."
parameters:
  fy: {title: "Financial year, for example 2024-2025; empty for all", example: "2024-2025"}
  agency: {title: "Agency, by its code; empty for all", example: "wexmoor-council"}
  tier: {title: "How early help comes: prevention, early, targeted or acute; empty for all", example: "early"}
columns:
  amount_pence: {title: "Payments, credits taken off", unit: gbp}
  allocated_pence: {title: "Of which shared out by a rule", unit: gbp}
  to_members_pence: {title: "Of which to other agencies", unit: gbp}
  net_pence: {title: "Payments less those to other agencies", unit: gbp}
  agencies: {title: "Agencies paying", unit: count}
  is_over_differing_bases: {title: "Agencies measure differently"}
draw: {kind: bar, x: net_pence, y: theme}
*/
WITH paid AS (
    SELECT
        theme_id,
        agency_id,
        sum(amount_pence) AS amount_pence,
        coalesce(sum(amount_pence) FILTER (WHERE project_basis = 'allocated'), 0) AS allocated_pence,
        coalesce(sum(amount_pence) FILTER (WHERE is_transfer), 0) AS to_members_pence
    FROM yearly_spend
    WHERE (:fy = '' OR substr(fy, 1, 4) = substr(:fy, 1, 4))
        AND (:agency = '' OR agency_id = :agency)
        AND (:tier = '' OR tier = :tier)
    GROUP BY theme_id, agency_id
)
SELECT
    p.theme_id,
    coalesce(t.title, 'Not stated') AS theme,
    sum(p.amount_pence) AS amount_pence,
    sum(p.allocated_pence) AS allocated_pence,
    sum(p.to_members_pence) AS to_members_pence,
    sum(p.amount_pence - p.to_members_pence) AS net_pence,
    count(*) AS agencies,
    count(DISTINCT coalesce(a.amount_basis, '') || ' ' || coalesce(a.spend_threshold_pence, '')) > 1
        AS is_over_differing_bases
FROM paid AS p
JOIN agencies AS a ON a.agency_id = p.agency_id
LEFT JOIN themes AS t ON t.theme_id = p.theme_id
GROUP BY p.theme_id
ORDER BY p.theme_id IS NULL, amount_pence DESC, p.theme_id
