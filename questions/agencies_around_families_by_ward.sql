/*
title: How many agencies and professions stand around the families of a ward
meaning: "Each row is one area, group and year: how many agencies and professions were in contact with its people, how often, and how often that is for each family, person or household that lives there."
caveats:
  - "They stand around the group, not each around every family. How many stand around one family comes from studies of single families, in a question of their own."
  - "Small numbers of contacts are protected and not in the sum, and numbers of families are rounded to the nearest 5; contacts for each are therefore a rough least figure."
  - "Where two publishers count the contacts of the same profession, the agency's own figure is taken, otherwise the larger."
parameters:
  cohort: {title: "Group, by its code; empty for all", example: "complex-families"}
  fy: {title: "Financial year, for example 2025-2026; empty for all", example: "2025-2026"}
columns:
  agencies: {title: "Agencies", unit: count}
  professions: {title: "Professions", unit: count}
  contacts_shown: {title: "Contacts, where shown", unit: count}
  contacts_protected: {title: "Professions whose contacts are protected", unit: count}
  units: {title: "Families, persons or households (c: between 1 and 7)", unit: count}
  unit: {title: "Counted in"}
  contacts_for_each: {title: "Contacts for each"}
  cost_pence: {title: "Cost of the contacts, where known", unit: gbp}
draw: {kind: map, area: area_id, colour: contacts_for_each}
*/
WITH ranked AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY cohort_id, area_id, fy, agency_id, profession
            -- a protected count, the text 'c', comes after every number that is shown
            ORDER BY publisher_id <> agency_id, typeof(contacts) <> 'integer', contacts DESC, publisher_id
        ) AS choice
    FROM contacts
    WHERE (:cohort = '' OR cohort_id = :cohort) AND (:fy = '' OR fy = :fy)
),
living_there AS (
    -- where several publishers count the same people and differ, none of them is taken
    SELECT cohort_id, area_id, fy, iif(count(DISTINCT units) = 1, min(units), NULL) AS units
    FROM caseloads
    GROUP BY cohort_id, area_id, fy
),
met AS (
    SELECT
        cohort_id,
        area_id,
        fy,
        count(DISTINCT agency_id) AS agencies,
        count(DISTINCT profession) AS professions,
        sum(contacts) FILTER (WHERE typeof(contacts) = 'integer') AS contacts_shown,
        sum(contacts = 'c') AS contacts_protected,
        sum(cost_pence) AS cost_pence
    FROM ranked
    WHERE choice = 1
    GROUP BY cohort_id, area_id, fy
)
SELECT
    m.cohort_id,
    c.title AS cohort,
    m.fy,
    m.area_id,
    w.name AS area,
    w.area_type,
    m.agencies,
    m.professions,
    m.contacts_shown,
    m.contacts_protected,
    l.units,
    c.unit,
    iif(typeof(l.units) = 'integer' AND l.units > 0, round(1.0 * m.contacts_shown / l.units, 1), NULL) AS contacts_for_each,
    m.cost_pence
FROM met AS m
JOIN cohorts AS c ON c.cohort_id = m.cohort_id
JOIN areas AS w ON w.area_id = m.area_id
LEFT JOIN living_there AS l ON l.cohort_id = m.cohort_id AND l.area_id = m.area_id AND l.fy = m.fy
ORDER BY cohort, m.cohort_id, m.fy, w.area_type, area, m.area_id
