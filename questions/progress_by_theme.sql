/*
title: Progress by theme
meaning: "Each row is one theme and one verdict: how many of the theme's indicators have it, and of how many of them it can only be said with probably."
caveats:
  - "Indicators are not equal: one that was missed by a hair and one that went the wrong way are a row each. Look at them before adding up."
  - "Only one area is counted at a time, so that nothing counts twice: the whole place, unless another is asked for."
  - "cannot_tell is often the largest verdict in an area without targets of its own."
parameters:
  area: {title: "Area, by its code; empty for the whole place", example: "X05000005"}
columns:
  status: {title: "Verdict"}
  indicators: {title: "Indicators with this verdict", unit: count}
  probably: {title: "Of which only probably", unit: count}
draw: {kind: bar, x: indicators, y: theme, colour: status}
*/
SELECT
    i.theme_id,
    t.title AS theme,
    p.status,
    count(*) AS indicators,
    count(*) FILTER (WHERE p.is_certain = 0) AS probably
FROM progress AS p
JOIN indicators AS i ON i.indicator_id = p.indicator_id
JOIN themes AS t ON t.theme_id = i.theme_id
JOIN areas AS a ON a.area_id = p.area_id
WHERE p.area_id = :area OR (:area = '' AND a.parent_id IS NULL)
GROUP BY i.theme_id, p.status
ORDER BY
    theme, i.theme_id, instr('achieved, on_track, no_change, off_track, worsening, missed, cannot_tell', p.status)
