/*
title: Organisations and professions around one family
meaning: "Each row is a study of one group in one financial year: how many organisations and professions stand around a family, and what the family costs them together in a year."
caveats:
  - "The average and the highest are of the families studied, chosen for a study. They are not averages over all families of the group."
  - "The highest number of organisations and the highest cost need not be those of one and the same family."
  - "A blank is not a nought: the figure is not known, or withheld because very few families were studied."
parameters:
  cohort: {title: "Group, by its code; empty for all", example: "complex-families"}
columns:
  cost_mean_pence: {title: "Cost a family a year, on average", unit: gbp}
  cost_max_pence: {title: "Cost a family a year, at most", unit: gbp}
  families_studied: {title: "Families studied (c: between 1 and 7)", unit: count}
draw: {kind: bar, x: organisations_mean, y: fy, colour: cohort}
*/
SELECT
    f.cohort_id,
    c.title AS cohort,
    f.fy,
    f.organisations_mean,
    f.organisations_max,
    f.professions_mean,
    f.professions_max,
    f.cost_mean_pence,
    f.cost_max_pence,
    f.families_studied,
    f.source
FROM typical_families AS f
JOIN cohorts AS c ON c.cohort_id = f.cohort_id
WHERE :cohort = '' OR f.cohort_id = :cohort
ORDER BY cohort, f.cohort_id, f.fy
