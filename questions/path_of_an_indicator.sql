/*
title: An indicator and its path
meaning: "Each row is one point: a result of the indicator in one area, or a baseline, milestone or target on the path in force today or on the original one. Points of one line are joined by straight lines."
caveats:
  - "A point lies at the last month of its period, so years, quarters and months stand on one line."
  - "Results are of everybody. Where a marker stands for the value, the row is there and the value is empty."
  - "Flags tell of a break in the series (b), of forecasts (f) and of provisional (p) or revised (r) figures."
  - "Where both paths are the same, nothing was changed since the first target was agreed."
parameters:
  indicator: {title: "Indicator, by its code (needed)", example: "proven-reoffending", needed: true}
  area: {title: "Area, by its code; empty for the whole place", example: "X07000001"}
columns:
  series: {title: "Line"}
  month: {title: "Month"}
  kind: {title: "Kind of point"}
  marker: {title: "Stands for the value"}
draw: {kind: line, x: month, y: value, colour: series}
*/
WITH point AS (
    SELECT
        iif(path = 'current', 'Path today', 'Path at first') AS series,
        area_id,
        month_number,
        period,
        kind,
        value,
        NULL AS lower_ci,
        NULL AS upper_ci,
        NULL AS marker,
        NULL AS flags
    FROM target_paths
    WHERE indicator_id = :indicator
    UNION ALL
    SELECT
        'Result',
        o.area_id,
        d.month_number,
        o.period,
        'result',
        o.value,
        o.lower_ci,
        o.upper_ci,
        o.marker,
        o.flags
    FROM outcomes AS o
    JOIN periods AS d ON d.period = o.period
    WHERE o.indicator_id = :indicator AND o.breakdown = 'all'
)
SELECT
    x.series,
    printf('%04d-%02d', x.month_number / 12, x.month_number % 12 + 1) AS month,
    x.period,
    x.kind,
    x.value,
    i.unit,
    i.polarity,
    x.lower_ci,
    x.upper_ci,
    x.marker,
    x.flags
FROM point AS x
JOIN indicators AS i ON i.indicator_id = :indicator
JOIN areas AS a ON a.area_id = x.area_id
WHERE x.area_id = :area OR (:area = '' AND a.parent_id IS NULL)
ORDER BY x.series = 'Result' DESC, x.series DESC, x.month_number, x.period, x.area_id
