/*
title: The gap between the best and the worst ward
meaning: "Each row is one indicator: the best and the worst ward in the latest period, how far apart they are, and how far apart the best and the worst were at first."
caveats:
  - "The worst ward may be another than at the start. And a gap can narrow because the best ward went down."
  - "Wards whose figure is withheld or missing are left out, so the gaps are the least that there are."
  - "Where is_certain or first_is_certain is 0, chance alone could make that gap, and with it the change; where they are empty, nobody has worked out how far chance goes."
  - "The start is the first period that can be compared: of the same kind, since the last break in the series, and with figures of the same wards. Where wards are withheld now and then, there may be none. By month or quarter, mind the season."
  - "Counts are left out: a ward with more people has more of everything."
parameters:
  theme: {title: "Theme, by its code; empty for all", example: "best-start"}
  programme: {title: "Programme, by its code; empty for all", example: "first-thousand-days"}
columns:
  polarity: {title: "Which way is better"}
  best: {title: "Best figure"}
  worst: {title: "Worst figure"}
  gap: {title: "Gap in the latest period"}
  is_certain: {title: "The latest gap is not chance"}
  wards: {title: "Wards with a figure", unit: count}
  wards_left_out: {title: "Wards without", unit: count}
  first_period: {title: "First period"}
  first_gap: {title: "Gap in the first period"}
  first_is_certain: {title: "The first gap is not chance"}
  change: {title: "Change of the gap (less than 0: narrower)"}
draw: {kind: bar, x: change, y: indicator, colour: theme}
*/
SELECT
    g.indicator_id,
    i.title AS indicator,
    i.theme_id,
    t.title AS theme,
    i.unit,
    i.polarity,
    g.period,
    b.name AS best_ward,
    g.best,
    w.name AS worst_ward,
    g.worst,
    g.gap,
    g.is_certain,
    g.wards,
    g.wards_left_out,
    g.first_period,
    g.first_gap,
    f.is_certain AS first_is_certain,
    g.change
FROM ward_gaps AS g
JOIN indicators AS i ON i.indicator_id = g.indicator_id
JOIN themes AS t ON t.theme_id = i.theme_id
JOIN areas AS b ON b.area_id = g.best_area_id
JOIN areas AS w ON w.area_id = g.worst_area_id
LEFT JOIN ward_gaps AS f ON f.indicator_id = g.indicator_id AND f.period = g.first_period
WHERE g.is_latest
    AND (:theme = '' OR i.theme_id = :theme)
    AND (:programme = '' OR i.programme_id = :programme)
ORDER BY theme, i.theme_id, indicator, g.indicator_id
