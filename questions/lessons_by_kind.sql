/*
title: Lessons, by kind
meaning: "Each row is one lesson: what was tried, what happened and what the partnership would tell others, grouped by whether it worked, did not work, was stopped or is to be tried next."
caveats:
  - "Lessons are written by those who did the work. They are judgements, not evaluations."
  - "Few lessons of things that did not work may mean that few were written down."
parameters:
  kind: {title: "Kind: worked, did_not_work, stopped or try_next; empty for all", example: "did_not_work"}
  theme: {title: "Theme, by its code; empty for all", example: "healthy-lives"}
columns:
  lessons_of_this_kind: {title: "Lessons of this kind", unit: count}
  tried: {title: "What was tried"}
  happened: {title: "What happened"}
draw: {kind: table}
*/
WITH lesson AS (
    -- a lesson without a theme of its own has that of its project's programme
    SELECT l.*, coalesce(l.theme_id, g.theme_id) AS of_theme_id
    FROM lessons AS l
    LEFT JOIN projects AS p ON p.project_id = l.project_id
    LEFT JOIN programmes AS g ON g.programme_id = p.programme_id
)
SELECT
    l.kind,
    count(*) OVER (PARTITION BY l.kind) AS lessons_of_this_kind,
    l.lesson_id,
    l.title AS lesson,
    l.project_id,
    p.title AS project,
    l.of_theme_id AS theme_id,
    t.title AS theme,
    l.tried,
    l.happened,
    l.advice,
    l.audience,
    l.published_on
FROM lesson AS l
LEFT JOIN projects AS p ON p.project_id = l.project_id
LEFT JOIN themes AS t ON t.theme_id = l.of_theme_id
WHERE (:kind = '' OR l.kind = :kind) AND (:theme = '' OR l.of_theme_id = :theme)
ORDER BY instr('worked,did_not_work,stopped,try_next', l.kind), l.published_on DESC, l.lesson_id
