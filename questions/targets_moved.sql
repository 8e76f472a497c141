/*
title: Targets that were moved
meaning: "Each row is a target that replaced an earlier one: from which value and period to which, on what day, agreed by whom, and the reason given."
caveats:
  - "Easier and harder are judged from the value alone and from which way the indicator should go. Where an indicator should stay level or within limits, and for baselines, nothing is judged."
  - "Moving a target can be right, for example when its definition changed. The reason is the partnership's own."
  - "A target moved twice has two rows."
parameters:
  indicator: {title: "Indicator, by its code; empty for all", example: "children-persistently-absent"}
columns:
  value_from: {title: "Value before"}
  value_to: {title: "Value now"}
  change: {title: "Easier or harder to reach"}
draw: {kind: table}
*/
SELECT
    i.indicator_id,
    i.title AS indicator,
    i.unit,
    t.area_id,
    w.name AS area,
    t.kind,
    o.target_id AS from_target_id,
    t.target_id AS to_target_id,
    o.period AS period_from,
    t.period AS period_to,
    o.value AS value_from,
    t.value AS value_to,
    CASE
        WHEN t.value = o.value THEN 'same value'
        WHEN t.kind = 'baseline' OR i.polarity IN ('maintain', 'between') THEN 'not judged'
        WHEN (t.value < o.value) = (i.polarity = 'higher') THEN 'easier'
        ELSE 'harder'
    END AS change,
    o.agreed_on AS agreed_before,
    t.agreed_on,
    t.agreed_by,
    t.reason
FROM targets AS t
JOIN targets AS o ON o.target_id = t.supersedes
JOIN indicators AS i ON i.indicator_id = t.indicator_id
JOIN areas AS w ON w.area_id = t.area_id
WHERE :indicator = '' OR t.indicator_id = :indicator
ORDER BY t.agreed_on DESC, indicator, area, t.target_id
