/*
title: How much can be tied to a project or an area
meaning: "Each row is one agency in one financial year: how much of its payments states a project, how much a published allocation shares out to one, and how much nothing ties to any; and the same for areas."
caveats:
  - "Not allocated is not hidden: it is money of which nobody has said for which project, or for which area, it is. Much of it is for everybody."
  - "A share that is allocated rests on the evidence of its rule: a survey of two weeks is less than a register. The rules have a list of their own."
  - "Published payments alone, over each agency's threshold, credits taken off; a share is of all payments of the row."
parameters:
  fy: {title: "Financial year, for example 2024-2025; empty for all", example: "2024-2025"}
  agency: {title: "Agency, by its code; empty for all", example: "wexmoor-council"}
columns:
  amount_pence: {title: "Payments, credits taken off", unit: gbp}
  project_stated_pence: {title: "For a stated project", unit: gbp}
  project_allocated_pence: {title: "Shared out to projects", unit: gbp}
  project_not_allocated_pence: {title: "For no known project", unit: gbp}
  project_known_share_bps: {title: "Share with a project", unit: basis_points}
  area_stated_pence: {title: "For a stated area", unit: gbp}
  area_allocated_pence: {title: "Shared out to areas", unit: gbp}
  area_not_allocated_pence: {title: "For no known area", unit: gbp}
  area_known_share_bps: {title: "Share with an area", unit: basis_points}
draw: {kind: bar, x: area_known_share_bps, y: agency, colour: fy}
*/
WITH paid AS (
    SELECT
        agency_id,
        fy,
        sum(amount_pence) AS amount_pence,
        coalesce(sum(amount_pence) FILTER (WHERE project_basis = 'stated'), 0) AS project_stated_pence,
        coalesce(sum(amount_pence) FILTER (WHERE project_basis = 'allocated'), 0) AS project_allocated_pence,
        coalesce(sum(amount_pence) FILTER (WHERE project_basis = 'not_allocated'), 0) AS project_not_allocated_pence,
        coalesce(sum(amount_pence) FILTER (WHERE area_basis = 'stated'), 0) AS area_stated_pence,
        coalesce(sum(amount_pence) FILTER (WHERE area_basis = 'allocated'), 0) AS area_allocated_pence,
        coalesce(sum(amount_pence) FILTER (WHERE area_basis = 'not_allocated'), 0) AS area_not_allocated_pence
    FROM yearly_spend
    WHERE (:fy = '' OR substr(fy, 1, 4) = substr(:fy, 1, 4))
        AND (:agency = '' OR agency_id = :agency)
    GROUP BY agency_id, fy
)
SELECT
    p.agency_id,
    a.name AS agency,
    p.fy,
    p.amount_pence,
    p.project_stated_pence,
    p.project_allocated_pence,
    p.project_not_allocated_pence,
    CAST(round(10000.0 * (p.amount_pence - p.project_not_allocated_pence) / nullif(p.amount_pence, 0)) AS INTEGER)
        AS project_known_share_bps,
    p.area_stated_pence,
    p.area_allocated_pence,
    p.area_not_allocated_pence,
    CAST(round(10000.0 * (p.amount_pence - p.area_not_allocated_pence) / nullif(p.amount_pence, 0)) AS INTEGER)
        AS area_known_share_bps
FROM paid AS p
JOIN agencies AS a ON a.agency_id = p.agency_id
ORDER BY agency, p.agency_id, p.fy
