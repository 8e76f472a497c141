/*
title: Two areas compared, indicator by indicator
meaning: "Each row is one indicator that is measured in one of the two areas at least: the latest result of each, and the verdict on it."
caveats:
  - "Look at the periods first: results of different periods cannot be compared."
  - "Small differences between two areas are often chance. Open the indicator to see how far chance goes."
  - "Counts grow with the number of residents: compare rates and shares, not counts."
parameters:
  one: {title: "First area, by its code (needed)", example: "X05000005"}
  other: {title: "Second area, by its code (needed)", example: "X05000006"}
columns:
  polarity: {title: "Which way is better"}
  one_period: {title: "First area: period"}
  one_value: {title: "First area: value"}
  one_status: {title: "First area: verdict"}
  other_period: {title: "Second area: period"}
  other_value: {title: "Second area: value"}
  other_status: {title: "Second area: verdict"}
draw: {kind: table}
*/
SELECT
    i.indicator_id,
    i.title AS indicator,
    i.unit,
    i.polarity,
    p.period AS one_period,
    p.value AS one_value,
    p.status AS one_status,
    q.period AS other_period,
    q.value AS other_value,
    q.status AS other_status
FROM indicators AS i
LEFT JOIN progress AS p ON p.indicator_id = i.indicator_id AND p.area_id = :one
LEFT JOIN progress AS q ON q.indicator_id = i.indicator_id AND q.area_id = :other
WHERE p.value IS NOT NULL OR q.value IS NOT NULL
ORDER BY indicator, i.indicator_id
