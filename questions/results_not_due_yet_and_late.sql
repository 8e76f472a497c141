/*
title: Results that are late, and those not due yet
meaning: "Each row is one indicator in one area: its latest result, the day by which the next should be out, and whether that day has passed."
caveats:
  - "A result is due its own number of months after its period: proven reoffending, for example, 18. Not due yet is not late."
  - "The next is due one reporting interval after the latest, or after the baseline where there is none yet. A marker in place of a value is a result, too."
  - "Late is about the figure, whoever should have sent it; what each agency promised to publish by when is another question."
parameters:
  area: {title: "Area, by its code; empty for the whole place", example: "X07000001"}
  standing: {title: "late, not due yet, no fixed day or no longer used; empty for all", example: "late"}
columns:
  period: {title: "Latest result"}
  lag_months: {title: "Months until results come", unit: count}
  next_due: {title: "Next due by"}
  standing: {title: "Standing"}
  days_late: {title: "Days late", unit: days}
  reason: {title: "Why the latest cannot be judged by"}
draw: {kind: table}
*/
WITH stood AS (
    SELECT
        l.*,
        CASE
            WHEN l.next_due < r.as_of THEN 'late'
            WHEN l.next_due IS NOT NULL OR l.reason = 'not_due_yet' THEN 'not due yet'
            WHEN i.valid_to < r.as_of THEN 'no longer used'
            ELSE 'no fixed day'
        END AS standing,
        CAST(julianday(r.as_of) - julianday(l.next_due) AS INTEGER) AS days_late
    FROM latest_outcomes AS l
    JOIN indicators AS i ON i.indicator_id = l.indicator_id
    CROSS JOIN releases AS r
    WHERE l.path = 'current'
)
SELECT
    s.indicator_id,
    i.title AS indicator,
    i.theme_id,
    t.title AS theme,
    s.area_id,
    a.name AS area,
    i.frequency,
    coalesce(i.lag_months, 0) AS lag_months,
    s.period,
    s.next_due,
    s.standing,
    iif(s.standing = 'late', s.days_late, NULL) AS days_late,
    s.reason
FROM stood AS s
JOIN indicators AS i ON i.indicator_id = s.indicator_id
JOIN themes AS t ON t.theme_id = i.theme_id
JOIN areas AS a ON a.area_id = s.area_id
WHERE (s.area_id = :area OR (:area = '' AND a.parent_id IS NULL))
    AND (:standing = '' OR s.standing = :standing)
ORDER BY s.standing <> 'late', days_late DESC, s.next_due IS NULL, s.next_due, indicator, s.indicator_id, s.area_id
