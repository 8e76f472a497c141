/*
title: From what people said to what was learnt
meaning: "Each row follows one thread: what people said, the need that came of it, the project that answers it, what its indicator shows, and what was learnt."
caveats:
  - "A thread ends where nothing follows: a need without a project, a project without a lesson. Those rows are here, too."
  - "A need with several projects, or a project with several lessons, has a row for each, and what was said stands in all of them: do not count rows."
  - "The indicator is the project's, else the need's; its verdict is that of the project's area, and where nothing can be told there of the whole place."
  - "Nobody is named. What was said is a summary by those who listened."
parameters:
  theme: {title: "Theme of the need, by its code; empty for all", example: "healthy-lives"}
  area: {title: "Area where something was said, by its code; empty for all", example: "X05000003"}
  learnt: {title: "Kind of lesson: worked, did_not_work, stopped or try_next; empty for all", example: "did_not_work"}
columns:
  voices: {title: "Voices", unit: count}
  said: {title: "What was said"}
  raised_by: {title: "Raised by"}
  status: {title: "Verdict"}
  is_certain: {title: "The verdict is certain"}
  learnt: {title: "What was learnt: kind"}
  lesson: {title: "Lesson"}
draw: {kind: table}
*/
WITH heard AS (
    -- in a fixed order before it is joined: those of one year by their code
    SELECT need_id, count(*) AS voices, group_concat(summary, ' / ') AS said
    FROM (SELECT need_id, summary FROM voices WHERE need_id IS NOT NULL ORDER BY need_id, year, voice_id)
    GROUP BY need_id
),
thread AS (
    SELECT
        n.need_id,
        n.title AS need,
        n.theme_id,
        n.area_id,
        n.raised_by,
        n.priority,
        n.year,
        j.project_id,
        j.title AS project,
        j.status AS project_status,
        coalesce(j.indicator_id, n.indicator_id) AS indicator_id,
        coalesce(j.area_id, n.area_id) AS of_area_id
    FROM needs AS n
    LEFT JOIN projects AS j ON j.need_id = n.need_id
),
verdict AS (
    SELECT
        h.need_id,
        h.project_id,
        p.period,
        p.value,
        p.status,
        p.is_certain,
        row_number() OVER (
            PARTITION BY h.need_id, h.project_id
            ORDER BY p.status = 'cannot_tell', p.area_id IS NOT h.of_area_id, p.area_id
        ) AS place
    FROM thread AS h
    JOIN progress AS p ON p.indicator_id = h.indicator_id
    JOIN areas AS a ON a.area_id = p.area_id
    WHERE p.area_id = h.of_area_id OR a.parent_id IS NULL
)
SELECT
    h.need_id,
    h.need,
    h.theme_id,
    t.title AS theme,
    coalesce(a.name, 'The whole place') AS area,
    h.raised_by,
    h.priority,
    h.year,
    coalesce(s.voices, 0) AS voices,
    s.said,
    h.project_id,
    h.project,
    h.project_status,
    i.title AS indicator,
    v.period,
    v.value,
    i.unit,
    v.status,
    v.is_certain,
    l.kind AS learnt,
    l.title AS lesson,
    l.happened,
    l.advice
FROM thread AS h
JOIN themes AS t ON t.theme_id = h.theme_id
LEFT JOIN areas AS a ON a.area_id = h.area_id
LEFT JOIN heard AS s ON s.need_id = h.need_id
LEFT JOIN indicators AS i ON i.indicator_id = h.indicator_id
LEFT JOIN verdict AS v ON v.need_id = h.need_id AND v.project_id IS h.project_id AND v.place = 1
LEFT JOIN lessons AS l ON l.project_id = h.project_id
WHERE (:theme = '' OR h.theme_id = :theme)
    AND (:area = '' OR h.need_id IN (SELECT need_id FROM voices WHERE area_id = :area))
    AND (:learnt = '' OR l.kind = :learnt)
ORDER BY theme, h.theme_id, h.priority, h.year, h.need_id, project, h.project_id, l.published_on, l.lesson_id
