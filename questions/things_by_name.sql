/*
title: Everything that has a name
meaning: "Each row is one area, theme, programme, project, indicator, agency, provider, agreement, ask, group of people or lesson, with its code and a line that says more."
caveats:
  - "Found are names in which the words, in this order, stand at the beginning of a word. Payments are not among them: search the table of payments."
  - "A provider is here if an agency has put it on the list of providers, under the name that the list gives it."
parameters:
  words: {title: "Words, or how the first of them begins; empty for everything", example: "east"}
  kind: {title: "Kind, for example project; empty for all", example: "project"}
columns:
  kind: {title: "Kind"}
  code: {title: "Code"}
  name: {title: "Name"}
  says: {title: "More"}
draw: {kind: table}
*/
WITH thing AS (
    SELECT 1 AS position, 'area' AS kind, area_id AS code, name, area_type AS says FROM areas
    UNION ALL SELECT 2, 'theme', theme_id, title, vision FROM themes
    UNION ALL SELECT 3, 'programme', p.programme_id, p.title, t.title FROM programmes AS p LEFT JOIN themes AS t ON t.theme_id = p.theme_id
    UNION ALL SELECT 4, 'project', project_id, title, specific FROM projects
    UNION ALL SELECT 5, 'indicator', indicator_id, title, definition FROM indicators
    UNION ALL SELECT 6, 'agency', agency_id, name, agency_type FROM agencies
    UNION ALL SELECT 7, 'agreement', agreement_id, title, aims FROM agreements
    UNION ALL SELECT 8, 'ask', a.ask_id, a.title, g.name FROM asks AS a LEFT JOIN agencies AS g ON g.agency_id = a.asked_of
    UNION ALL SELECT 9, 'group', cohort_id, title, definition FROM cohorts
    UNION ALL SELECT 10, 'lesson', lesson_id, title, happened FROM lessons
    UNION ALL SELECT 11, 'provider', provider_id, name, provider_type FROM providers
)
SELECT kind, code, name, says
FROM thing
WHERE (:kind = '' OR kind = :kind)
    AND (trim(:words) = '' OR instr(' ' || replace(lower(name), '-', ' '), ' ' || replace(lower(trim(:words)), '-', ' ')) > 0)
ORDER BY position, lower(name), code
