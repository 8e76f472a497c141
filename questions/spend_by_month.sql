/*
title: Payments by month
meaning: "Each row is one month and what the payments made in it add up to, with the number of agencies that sent payments for it."
caveats:
  - "A low month is often a file that has not come yet: compare the number of agencies before you read a fall in spending."
  - "The month is that of payment, not that of the work. March and April carry bills held at the turn of the year."
  - "Payments over each agency's threshold only, without pay and benefits."
parameters:
  agency: {title: "Agency, by its code; empty for all", example: "wexmoor-council"}
  theme: {title: "Theme, by its code; empty for all", example: "strong-families"}
  tier: {title: "How early help comes: prevention, early, targeted or acute; empty for all", example: "early"}
columns:
  amount_pence: {title: "Payments, credits taken off", unit: gbp}
  to_members_pence: {title: "Of which to other agencies", unit: gbp}
  net_pence: {title: "Payments less those to other agencies", unit: gbp}
  agencies: {title: "Agencies with payments", unit: count}
  is_over_differing_bases: {title: "Agencies measure differently"}
draw: {kind: line, x: month, y: net_pence}
*/
WITH paid AS (
    SELECT
        month,
        agency_id,
        sum(amount_pence) AS amount_pence,
        coalesce(sum(amount_pence) FILTER (WHERE is_transfer), 0) AS to_members_pence
    FROM place_spend
    WHERE (:agency = '' OR agency_id = :agency) AND (:theme = '' OR theme_id = :theme)
        AND (:tier = '' OR tier = :tier)
    GROUP BY month, agency_id
)
SELECT
    p.month,
    sum(p.amount_pence) AS amount_pence,
    sum(p.to_members_pence) AS to_members_pence,
    sum(p.amount_pence - p.to_members_pence) AS net_pence,
    count(*) AS agencies,
    count(DISTINCT coalesce(a.amount_basis, '') || ' ' || coalesce(a.spend_threshold_pence, '')) > 1
        AS is_over_differing_bases
FROM paid AS p
JOIN agencies AS a ON a.agency_id = p.agency_id
GROUP BY p.month
ORDER BY p.month
