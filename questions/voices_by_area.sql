/*
title: What people said, by area
meaning: "Each row is what residents, frontline workers, councillors or businesses said about an area, in short, and the need that it led to."
caveats:
  - "People were listened to where somebody asked. An area with few voices was asked less; it has no fewer needs."
  - "A c stands for a number of people that is hidden to protect them; other numbers are rounded to the nearest 5."
  - "Summaries are written by the partnership and name nobody."
parameters:
  area: {title: "Area, by its code; empty for all", example: "X05000005"}
columns:
  said_by: {title: "Said by"}
  summary: {title: "In short"}
  people: {title: "People heard", unit: count}
  voices_of_this_area: {title: "Voices of this area", unit: count}
draw: {kind: table}
*/
SELECT
    v.area_id,
    coalesce(w.name, 'The whole place') AS area,
    count(*) OVER (PARTITION BY v.area_id) AS voices_of_this_area,
    v.voice_id,
    v.year,
    v.said_by,
    v.summary,
    v.people,
    v.need_id,
    n.title AS need
FROM voices AS v
LEFT JOIN areas AS w ON w.area_id = v.area_id
LEFT JOIN needs AS n ON n.need_id = v.need_id
WHERE :area = '' OR v.area_id = :area
ORDER BY v.area_id IS NULL, area, v.area_id, v.year DESC, v.said_by, v.voice_id
