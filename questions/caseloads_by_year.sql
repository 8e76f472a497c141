/*
title: Families and people of a group, by year
meaning: "Each row adds up one publisher's figures for one group over all areas of one type in one financial year, with how many areas are missing from the sums because their number is protected."
caveats:
  - "The sums are least figures: every protected area would add between 1 and 7."
  - "Numbers are rounded to the nearest 5 area by area, so a sum may differ from the number that the agency knows."
  - "More families in a year can mean that more were found, not that there are more."
parameters:
  cohort: {title: "Group, by its code; empty for all", example: "complex-families"}
columns:
  units_shown: {title: "Families, persons or households, where shown", unit: count}
  unit: {title: "Counted in"}
  areas_protected: {title: "Areas whose number is protected", unit: count}
  supported_shown: {title: "Getting help, where shown", unit: count}
  supported_protected: {title: "Areas whose number helped is protected", unit: count}
draw: {kind: line, x: fy, y: units_shown, colour: area_type}
*/
SELECT
    l.cohort_id,
    c.title AS cohort,
    l.fy,
    w.area_type,
    l.publisher_id,
    -- a protected count is the text 'c': it is neither added as nought nor guessed
    sum(l.units) FILTER (WHERE typeof(l.units) = 'integer') AS units_shown,
    c.unit,
    count(*) FILTER (WHERE l.units = 'c') AS areas_protected,
    sum(l.supported) FILTER (WHERE typeof(l.supported) = 'integer') AS supported_shown,
    count(*) FILTER (WHERE l.supported = 'c') AS supported_protected
FROM caseloads AS l
JOIN cohorts AS c ON c.cohort_id = l.cohort_id
JOIN areas AS w ON w.area_id = l.area_id
WHERE :cohort = '' OR l.cohort_id = :cohort
GROUP BY l.cohort_id, l.fy, w.area_type, l.publisher_id
ORDER BY cohort, l.cohort_id, l.fy, w.area_type, l.publisher_id
