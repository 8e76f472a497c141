/*
title: What a family costs before help and after
meaning: "Each row adds up the areas of one kind for one group in one year: what one family, person or household cost all agencies together in a year before it was helped and after, on average, and what the difference makes for all who were helped."
caveats:
  - "After is lower for many reasons: a crisis passes by itself, too. This is no proof that the help brought it about; compare the outcomes and the verified savings."
  - "Averages are weighted by the number helped, as published: rounded to the nearest 5. Areas with fewer than 8 are not in them, and are counted beside."
  - "The difference for all is a cost that did not arise somewhere, not money in a budget."
  - "The cost of the help itself is not taken off."
parameters:
  cohort: {title: "Group, by its code; empty for all", example: "complex-families"}
columns:
  unit: {title: "Counted in"}
  areas_shown: {title: "Areas with figures", unit: count}
  areas_left_out: {title: "Areas without", unit: count}
  supported_shown: {title: "Helped, in areas with figures", unit: count}
  cost_before_pence: {title: "Cost of one a year before help", unit: gbp}
  cost_after_pence: {title: "Cost of one a year after help", unit: gbp}
  difference_pence: {title: "Less a year for each", unit: gbp}
  difference_for_all_pence: {title: "Less a year for all who were helped", unit: gbp}
draw: {kind: line, x: fy, y: cost_after_pence, colour: cohort}
*/
WITH counted AS (
    SELECT
        *,
        typeof(supported) = 'integer' AND cost_before_pence IS NOT NULL AND cost_after_pence IS NOT NULL AS is_shown
    FROM caseloads
)
SELECT
    l.cohort_id,
    c.title AS cohort,
    c.unit,
    l.fy,
    w.area_type,
    l.publisher_id,
    sum(l.is_shown) AS areas_shown,
    sum(NOT l.is_shown) AS areas_left_out,
    sum(l.supported) FILTER (WHERE l.is_shown) AS supported_shown,
    CAST(round(1.0 * sum(l.supported * l.cost_before_pence) FILTER (WHERE l.is_shown)
        / nullif(sum(l.supported) FILTER (WHERE l.is_shown), 0)) AS INTEGER) AS cost_before_pence,
    CAST(round(1.0 * sum(l.supported * l.cost_after_pence) FILTER (WHERE l.is_shown)
        / nullif(sum(l.supported) FILTER (WHERE l.is_shown), 0)) AS INTEGER) AS cost_after_pence,
    CAST(round(1.0 * sum(l.supported * (l.cost_before_pence - l.cost_after_pence)) FILTER (WHERE l.is_shown)
        / nullif(sum(l.supported) FILTER (WHERE l.is_shown), 0)) AS INTEGER) AS difference_pence,
    sum(l.supported * (l.cost_before_pence - l.cost_after_pence)) FILTER (WHERE l.is_shown) AS difference_for_all_pence
FROM counted AS l
JOIN cohorts AS c ON c.cohort_id = l.cohort_id
JOIN areas AS w ON w.area_id = l.area_id
WHERE :cohort = '' OR l.cohort_id = :cohort
GROUP BY l.cohort_id, l.fy, w.area_type, l.publisher_id
ORDER BY cohort, l.cohort_id, l.fy, w.area_type, l.publisher_id
