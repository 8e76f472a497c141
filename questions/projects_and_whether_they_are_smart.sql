/*
title: Projects, and whether they are SMART
meaning: "Each row is one project: whether it is specific, measurable, achievable, relevant and time-bound, and which of the five letters are missing."
caveats:
  - "This looks at whether something is written down, not at whether it is any good."
  - "Specific: it says more than its title. Measurable: it names an indicator. Achievable: it says with what, and which agency answers for it. Relevant: it names a need. Time-bound: it has a first and a last day."
  - "Some work has no last day for good reasons, for example a telephone line that is there to stay."
parameters:
  letter: {title: "Letter that is missing: S, M, A, R or T; empty for all projects", example: "M"}
columns:
  is_specific: {title: "Specific"}
  is_measurable: {title: "Measurable"}
  is_achievable: {title: "Achievable"}
  is_relevant: {title: "Relevant"}
  is_time_bound: {title: "Time-bound"}
  missing: {title: "Letters missing"}
draw: {kind: table}
*/
WITH judged AS (
    SELECT
        *,
        specific IS NOT NULL AND lower(trim(specific, ' .')) <> lower(trim(title, ' .')) AS is_specific,
        indicator_id IS NOT NULL AS is_measurable,
        resources IS NOT NULL AND owner_agency_id IS NOT NULL AS is_achievable,
        need_id IS NOT NULL AS is_relevant,
        starts IS NOT NULL AND ends IS NOT NULL AS is_time_bound
    FROM projects
),
lettered AS (
    SELECT
        *,
        iif(is_specific, '', 'S')
        || iif(is_measurable, '', 'M')
        || iif(is_achievable, '', 'A')
        || iif(is_relevant, '', 'R')
        || iif(is_time_bound, '', 'T') AS missing
    FROM judged
)
SELECT
    j.project_id,
    j.title AS project,
    j.programme_id,
    g.title AS programme,
    j.owner_agency_id,
    j.status,
    j.is_specific,
    j.is_measurable,
    j.is_achievable,
    j.is_relevant,
    j.is_time_bound,
    j.missing
FROM lettered AS j
JOIN programmes AS g ON g.programme_id = j.programme_id
WHERE :letter = '' OR instr(j.missing, upper(:letter))
ORDER BY length(j.missing) DESC, programme, j.programme_id, project, j.project_id
