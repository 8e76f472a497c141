/*
title: What it costs a programme to help one family or person
meaning: "Each row is one programme in one year: what its projects cost, how many of its group were helped, and what that makes for each, in real terms beside the year before."
caveats:
  - "All revenue outturn of the programme's projects is in the cost, also that of projects for other people, and nothing that other agencies spend on the same families."
  - "A programme that has just begun has staff before it has families: the first years are dear."
  - "The number helped is rounded to the nearest 5. Programmes that are for no one group, and years without a number, are not here."
  - "Cheaper is not better by itself: see what came of it."
parameters:
  programme: {title: "Programme, by its code; empty for all", example: "family-partnership"}
columns:
  unit: {title: "Counted in"}
  cost_pence: {title: "Revenue outturn of its projects", unit: gbp}
  supported: {title: "Helped in the year", unit: count}
  unit_cost_pence: {title: "Cost of one, at that year's prices", unit: gbp}
  price_year: {title: "Real terms: prices of"}
  real_unit_cost_pence: {title: "Cost of one in real terms", unit: gbp}
  change_pence: {title: "More or less than the year before, in real terms", unit: gbp}
draw: {kind: line, x: fy, y: real_unit_cost_pence, colour: programme}
*/
SELECT
    c.programme_id,
    g.title AS programme,
    c.cohort_id,
    h.title AS cohort,
    h.unit,
    c.fy,
    c.cost_pence,
    c.supported,
    c.unit_cost_pence,
    c.price_year,
    c.real_unit_cost_pence,
    c.real_unit_cost_pence - before.real_unit_cost_pence AS change_pence
FROM programme_unit_costs AS c
JOIN programmes AS g ON g.programme_id = c.programme_id
JOIN cohorts AS h ON h.cohort_id = c.cohort_id
LEFT JOIN programme_unit_costs AS before
    ON before.programme_id = c.programme_id AND substr(before.fy, 6) = substr(c.fy, 1, 4)
WHERE :programme = '' OR c.programme_id = :programme
ORDER BY programme, c.programme_id, c.fy
