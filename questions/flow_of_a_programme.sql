/*
title: The money of a programme, from payers to areas
meaning: "Each row is one stream of money of a programme in one financial year: from an agency into the pot, from the pot to a project, or from a project to an area."
caveats:
  - "Into the pot goes each contribution once, with its furthest figure: paid, else revised, approved or proposed."
  - "From the pot on there are payments that name the project, or that a published rule shares out to it. They leave out pay and everything below the thresholds: less comes out than goes in."
  - "What nothing places goes to no one area."
parameters:
  programme: {title: "Programme, by its code (needed)", example: "family-partnership"}
  fy: {title: "Financial year, for example 2024-2025; empty for all", example: "2024-2025"}
columns:
  step: {title: "Step"}
  from_name: {title: "From"}
  to_name: {title: "To"}
  amount_pence: {title: "Amount", unit: gbp}
draw: {kind: table}
*/
WITH paid AS (
    SELECT project_id, area_id, sum(amount_pence) AS amount_pence
    FROM yearly_spend
    WHERE programme_id = :programme
        AND (:fy = '' OR substr(fy, 1, 4) = substr(:fy, 1, 4))
    GROUP BY project_id, area_id
),
stream AS (
    SELECT 1 AS step, agency_id AS from_id, :programme AS to_id, sum(amount_pence) AS amount_pence
    FROM pots
    WHERE programme_id = :programme AND is_latest = 1 AND (:fy = '' OR substr(fy, 1, 4) = substr(:fy, 1, 4))
    GROUP BY agency_id
    UNION ALL
    SELECT 2, :programme, project_id, sum(amount_pence) FROM paid GROUP BY project_id
    UNION ALL
    SELECT 3, project_id, area_id, amount_pence FROM paid
)
SELECT
    s.step,
    s.from_id,
    CASE s.step WHEN 1 THEN a.name WHEN 2 THEN 'The pot' ELSE coalesce(f.title, 'No one project') END AS from_name,
    s.to_id,
    CASE s.step
        WHEN 1 THEN 'The pot'
        WHEN 2 THEN coalesce(t.title, 'No one project')
        ELSE coalesce(w.name, 'No one area')
    END AS to_name,
    s.amount_pence
FROM stream AS s
LEFT JOIN agencies AS a ON a.agency_id = s.from_id
LEFT JOIN projects AS f ON f.project_id = s.from_id
LEFT JOIN projects AS t ON t.project_id = s.to_id
LEFT JOIN areas AS w ON w.area_id = s.to_id
ORDER BY s.step, s.amount_pence DESC, s.from_id, s.to_id
