/*
title: Families and people of a group, by ward
meaning: "Each row is how many families, persons or households of one group live in one area in one financial year, how many were helped, and what one costs all agencies together before and after help."
caveats:
  - "A c stands for a number that is hidden to protect people: a small one, or one that would give a small one away; it is not nought. All other numbers are rounded to the nearest 5, so small differences mean nothing."
  - "Do not add rows of different publishers, groups or types of area: the same family may be in several of them."
  - "The cost after help is that of those who were helped. It does not show what would have happened without help."
parameters:
  cohort: {title: "Group, by its code; empty for all", example: "complex-families"}
  fy: {title: "Financial year, for example 2024-2025; empty for all", example: "2024-2025"}
columns:
  units: {title: "Families, persons or households", unit: count}
  unit: {title: "Counted in"}
  people: {title: "People", unit: count}
  supported: {title: "Getting help", unit: count}
  cost_before_pence: {title: "Cost of one a year before help", unit: gbp}
  cost_after_pence: {title: "Cost of one a year after help", unit: gbp}
draw: {kind: map, area: area_id, colour: units}
*/
SELECT
    l.cohort_id,
    c.title AS cohort,
    l.fy,
    l.area_id,
    w.name AS area,
    w.area_type,
    l.units,
    c.unit,
    l.people,
    l.supported,
    l.cost_before_pence,
    l.cost_after_pence,
    l.publisher_id
FROM caseloads AS l
JOIN cohorts AS c ON c.cohort_id = l.cohort_id
JOIN areas AS w ON w.area_id = l.area_id
WHERE (:cohort = '' OR l.cohort_id = :cohort) AND (:fy = '' OR l.fy = :fy)
ORDER BY cohort, l.cohort_id, l.fy, w.area_type <> 'ward', w.area_type, area, l.area_id, l.publisher_id
