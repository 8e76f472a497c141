/*
title: Packages of help by project
meaning: "Each row is one kind of help that one project gave to one group in one period, from one hub: packages begun and completed, added up over the areas whose number is shown."
caveats:
  - "Packages are not people: one family may have had several, and a package not completed may still be running."
  - "Areas with few packages are protected, and at times others with them. They are counted beside the sum and are not in it, so the sums are least figures; do not work out a completion rate from them."
parameters:
  project: {title: "Project, by its code; empty for all", example: "family-key-workers"}
columns:
  packages_shown: {title: "Packages begun, where shown", unit: count}
  packages_protected: {title: "Areas whose number begun is protected", unit: count}
  completed_shown: {title: "Packages completed, where shown", unit: count}
  completed_protected: {title: "Areas whose number completed is protected", unit: count}
draw: {kind: table}
*/
SELECT
    i.project_id,
    p.title AS project,
    i.period,
    i.cohort_id,
    c.title AS cohort,
    i.intervention,
    i.tier,
    i.hub,
    w.area_type,
    i.publisher_id,
    sum(i.packages) FILTER (WHERE typeof(i.packages) = 'integer') AS packages_shown,
    count(*) FILTER (WHERE i.packages = 'c') AS packages_protected,
    sum(i.completed) FILTER (WHERE typeof(i.completed) = 'integer') AS completed_shown,
    count(*) FILTER (WHERE i.completed = 'c') AS completed_protected
FROM interventions AS i
JOIN projects AS p ON p.project_id = i.project_id
JOIN cohorts AS c ON c.cohort_id = i.cohort_id
JOIN areas AS w ON w.area_id = i.area_id
WHERE :project = '' OR i.project_id = :project
GROUP BY i.project_id, i.period, i.cohort_id, i.intervention, i.tier, i.hub, w.area_type, i.publisher_id
ORDER BY
    project, i.project_id, i.period, cohort, i.cohort_id, i.intervention,
    instr('prevention,early,targeted,acute', i.tier), i.hub, w.area_type, i.publisher_id
