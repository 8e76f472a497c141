/*
title: Payments by ward
meaning: "Each row is one ward, or a larger area where no ward is known, and the payments made for it. The last row is what no publisher has tied to an area."
caveats:
  - "The area is where the money is meant to work, as the paying agency states it. It is not where the provider has its office."
  - "Money for a larger area is not shared out among its wards, so a ward with little here may still be well served."
  - "Do not divide by population: pay, benefits and everything below the thresholds are missing, and differently so from agency to agency."
parameters:
  fy: {title: "Financial year, for example 2024-2025; empty for all", example: "2024-2025"}
  agency: {title: "Agency, by its code; empty for all", example: "wexmoor-council"}
  tier: {title: "How early help comes: prevention, early, targeted or acute; empty for all", example: "early"}
columns:
  amount_pence: {title: "Payments, credits taken off", unit: gbp}
  stated_pence: {title: "Area stated by the agency", unit: gbp}
  allocated_pence: {title: "Shared out by a published rule", unit: gbp}
  agencies: {title: "Agencies paying", unit: count}
  is_over_differing_bases: {title: "Agencies measure differently"}
draw: {kind: map, area: area_id, colour: amount_pence}
*/
WITH paid AS (
    SELECT
        area_id,
        agency_id,
        sum(amount_pence) AS amount_pence,
        coalesce(sum(amount_pence) FILTER (WHERE area_basis = 'stated'), 0) AS stated_pence,
        coalesce(sum(amount_pence) FILTER (WHERE area_basis = 'allocated'), 0) AS allocated_pence
    FROM yearly_spend
    WHERE (:fy = '' OR substr(fy, 1, 4) = substr(:fy, 1, 4))
        AND (:agency = '' OR agency_id = :agency)
        AND (:tier = '' OR tier = :tier)
    GROUP BY area_id, agency_id
)
SELECT
    p.area_id,
    coalesce(w.name, 'Not stated') AS area,
    w.area_type,
    sum(p.amount_pence) AS amount_pence,
    sum(p.stated_pence) AS stated_pence,
    sum(p.allocated_pence) AS allocated_pence,
    count(*) AS agencies,
    count(DISTINCT coalesce(a.amount_basis, '') || ' ' || coalesce(a.spend_threshold_pence, '')) > 1
        AS is_over_differing_bases
FROM paid AS p
JOIN agencies AS a ON a.agency_id = p.agency_id
LEFT JOIN areas AS w ON w.area_id = p.area_id
GROUP BY p.area_id
ORDER BY p.area_id IS NULL, w.area_type <> 'ward', area, p.area_id
