/*
title: Help given, by tier, hub and team
meaning: "Each row is the help that one team gave for one project in one year, from one hub or none, by how early it comes: how many packages were begun at least, and how many of them completed."
caveats:
  - "Packages are not people: one family may have had several. A package not completed may still be running, so the last year always looks worse."
  - "Small numbers are protected, and at times a larger one with them, so that none can be worked out: each counts as 1 here. The others are rounded to the nearest 5."
  - "Do not divide one by the other where numbers are protected: the places with small numbers are not like the rest."
  - "Figures of different kinds of area and of different publishers have rows of their own, because they may count the same help."
parameters:
  fy: {title: "Financial year, for example 2025-2026; empty for all", example: "2025-2026"}
  tier: {title: "Tier: prevention, early, targeted or acute; empty for all", example: "early"}
  cohort: {title: "Group, by its code; empty for all", example: "complex-families"}
columns:
  fy: {title: "Financial year"}
  packages_least: {title: "Packages begun, at least", unit: count}
  completed_least: {title: "Completed, at least", unit: count}
  numbers_protected: {title: "Numbers begun that are protected", unit: count}
  completed_unknown: {title: "Numbers completed that are not known", unit: count}
draw: {kind: bar, x: packages_least, y: fy, colour: tier}
*/
WITH given AS (
    SELECT
        *,
        -- the financial year of a month, day or quarter; another kind of period stands for itself
        CASE
            WHEN period LIKE '____-____' OR length(period) = 4 THEN period
            WHEN substr(period, 6, 2) IN ('Q1', '01', '02', '03') THEN (substr(period, 1, 4) - 1) || '-' || substr(period, 1, 4)
            ELSE substr(period, 1, 4) || '-' || (substr(period, 1, 4) + 1)
        END AS fy,
        -- a protected number, the text 'c', stands for one at least
        iif(packages = 'c', 1, packages) AS packages_least,
        iif(completed = 'c', 1, completed) AS completed_least
    FROM interventions
)
SELECT
    i.fy,
    i.tier,
    i.hub,
    i.team,
    i.project_id,
    p.title AS project,
    i.cohort_id,
    c.title AS cohort,
    w.area_type,
    i.publisher_id,
    sum(i.packages_least) AS packages_least,
    sum(i.completed_least) AS completed_least,
    sum(i.packages = 'c') AS numbers_protected,
    sum(i.completed IS NULL) AS completed_unknown
FROM given AS i
JOIN projects AS p ON p.project_id = i.project_id
JOIN cohorts AS c ON c.cohort_id = i.cohort_id
JOIN areas AS w ON w.area_id = i.area_id
WHERE (:fy = '' OR i.fy = :fy) AND (:tier = '' OR i.tier = :tier) AND (:cohort = '' OR i.cohort_id = :cohort)
GROUP BY i.fy, i.tier, i.hub, i.team, i.project_id, i.cohort_id, w.area_type, i.publisher_id
ORDER BY
    i.fy, instr('prevention,early,targeted,acute', i.tier), i.hub IS NULL, i.hub, i.team,
    project, i.project_id, cohort, i.cohort_id, w.area_type, i.publisher_id
