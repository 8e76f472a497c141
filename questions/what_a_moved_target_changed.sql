/*
title: What a moved target changed
meaning: "Each row is an indicator whose targets were changed after the first were agreed: the same result judged by the first targets and by those in force today, and the last change with its reason."
caveats:
  - "A target may be moved for good reasons, for example because something is now counted in another way. The reason is the partnership's own."
  - "is_changed is 1 where the verdict of today is not the one that the first targets would give."
  - "Every single change, with old and new value, is in the question of targets that were moved."
parameters:
  area: {title: "Area, by its code; empty for all", example: "X07000001"}
columns:
  expected_original: {title: "Expected by now at first"}
  status_original: {title: "Verdict by the first targets"}
  expected: {title: "Expected by now today"}
  status: {title: "Verdict today"}
  is_changed: {title: "The verdict is another"}
  changes: {title: "Rows that replaced another", unit: count}
draw: {kind: table}
*/
WITH changed AS (
    SELECT
        indicator_id,
        area_id,
        agreed_on,
        agreed_by,
        reason,
        count(*) OVER (PARTITION BY indicator_id, area_id) AS changes,
        row_number() OVER (PARTITION BY indicator_id, area_id ORDER BY agreed_on DESC, target_id DESC) AS place
    FROM targets
    WHERE supersedes IS NOT NULL
)
SELECT
    p.indicator_id,
    i.title AS indicator,
    p.area_id,
    a.name AS area,
    p.period,
    p.value,
    i.unit,
    i.polarity,
    p.expected_original,
    p.status_original,
    p.expected,
    p.status,
    p.status <> p.status_original AS is_changed,
    c.changes,
    c.agreed_on,
    c.agreed_by,
    c.reason
FROM changed AS c
JOIN progress AS p ON p.indicator_id = c.indicator_id AND p.area_id = c.area_id
JOIN indicators AS i ON i.indicator_id = p.indicator_id
JOIN areas AS a ON a.area_id = p.area_id
WHERE c.place = 1 AND (:area = '' OR p.area_id = :area)
ORDER BY is_changed DESC, indicator, p.indicator_id, area, p.area_id
