/*
title: Professions in contact with a group
meaning: "Each row is one profession of one agency and how often, in one financial year, it was in contact with the people of a group, over all areas reported."
caveats:
  - "Contacts are visits, calls and meetings, not people: one family may have had a hundred."
  - "Where an area had few contacts the number is protected, and at times others with it. Such areas are counted in a column of their own and are not in the sum, so the sum is a least figure."
  - "Each publisher's figures have rows of their own, because two of them may have counted the same contacts. Costs are as the agencies estimate them; a blank is not known."
parameters:
  cohort: {title: "Group, by its code; empty for all", example: "complex-families"}
  fy: {title: "Financial year, for example 2024-2025; empty for all", example: "2024-2025"}
columns:
  contacts_shown: {title: "Contacts, where the number is shown", unit: count}
  areas_shown: {title: "Areas whose number is shown", unit: count}
  areas_protected: {title: "Areas whose number is protected", unit: count}
  cost_pence: {title: "Cost, where known", unit: gbp}
draw: {kind: table}
*/
SELECT
    t.cohort_id,
    c.title AS cohort,
    t.fy,
    t.agency_id,
    a.name AS agency,
    t.profession,
    t.publisher_id,
    w.area_type,
    -- a protected count is the text 'c': it is neither added as nought nor guessed
    sum(t.contacts) FILTER (WHERE typeof(t.contacts) = 'integer') AS contacts_shown,
    count(*) FILTER (WHERE typeof(t.contacts) = 'integer') AS areas_shown,
    count(*) FILTER (WHERE t.contacts = 'c') AS areas_protected,
    sum(t.cost_pence) AS cost_pence
FROM contacts AS t
JOIN cohorts AS c ON c.cohort_id = t.cohort_id
JOIN agencies AS a ON a.agency_id = t.agency_id
-- wards and the district that they lie in would count the same contacts twice: one row for each type of area
JOIN areas AS w ON w.area_id = t.area_id
WHERE (:cohort = '' OR t.cohort_id = :cohort) AND (:fy = '' OR t.fy = :fy)
GROUP BY t.cohort_id, t.fy, t.agency_id, t.profession, t.publisher_id, w.area_type
ORDER BY cohort, t.cohort_id, t.fy, agency, t.agency_id, t.profession, t.publisher_id, w.area_type
