/*
title: How the indicators are doing
meaning: "Each row is one indicator in one area: its latest result beside where it started, where it should be by now and what it should reach, and the verdict that follows by fixed rules."
caveats:
  - "Where is_certain is 0, read the verdict with probably: chance alone, or a provisional figure that changes, could make it another. It is 1 also where nobody has worked out how far chance goes."
  - "A verdict is about the line to the target, not about the project: many things move an indicator."
  - "cannot_tell is a verdict, too: the reason says what is missing. Wards without a target of their own are among them."
  - "Figures are in the indicator's own unit and direction: see which way is better."
parameters:
  area: {title: "Area, by its code; empty for all", example: "X07000001"}
  theme: {title: "Theme, by its code; empty for all", example: "strong-families"}
  best_value: {title: "Kind of value: efficient, effective, equitable or responsive; empty for all", example: "effective"}
  status: {title: "Verdict, for example missed; empty for all", example: "missed"}
columns:
  polarity: {title: "Which way is better"}
  lower_ci: {title: "Could be as low as"}
  upper_ci: {title: "Could be as high as"}
  expected: {title: "Expected by now"}
  status: {title: "Verdict"}
  status_original: {title: "Verdict by the first target"}
  reason: {title: "Why nothing can be told"}
draw: {kind: table}
*/
SELECT
    p.indicator_id,
    i.title AS indicator,
    i.theme_id,
    t.title AS theme,
    i.programme_id,
    p.area_id,
    a.name AS area,
    p.period,
    p.value,
    p.lower_ci,
    p.upper_ci,
    i.unit,
    i.polarity,
    p.baseline,
    p.expected,
    p.target,
    p.status,
    p.is_certain,
    p.reason,
    p.status_original,
    i.best_value
FROM progress AS p
JOIN indicators AS i ON i.indicator_id = p.indicator_id
JOIN themes AS t ON t.theme_id = i.theme_id
JOIN areas AS a ON a.area_id = p.area_id
WHERE (:area = '' OR p.area_id = :area)
    AND (:theme = '' OR i.theme_id = :theme)
    AND (:best_value = '' OR i.best_value = :best_value)
    AND (:status = '' OR p.status = :status)
ORDER BY a.parent_id IS NOT NULL, theme, i.theme_id, indicator, p.indicator_id, area, p.area_id
