/*
title: Outcomes of an indicator, with its targets
meaning: "Each row is one area, period and breakdown of the indicator asked for: the value or the marker that stands for it, its interval, and the baseline, milestone or target for the same period."
caveats:
  - "A marker is not a nought: c is confidential, x not available, z not applicable, w none recorded; low is a value near nought. Flags tell of a break in the series (b), provisional (p) or revised (r) figures."
  - "Two values whose intervals overlap may not differ at all. Which way is better is the indicator's own: see the last column."
  - "Targets are those in force today; a target that was moved is not shown with its old value."
parameters:
  indicator: {title: "Indicator, by its code (needed)", example: "children-persistently-absent", needed: true}
  area: {title: "Area, by its code; empty for all", example: "X07000001"}
columns:
  value: {title: "Value"}
  marker: {title: "Stands for the value"}
  lower_ci: {title: "Interval, from"}
  upper_ci: {title: "Interval, to"}
  unit: {title: "Unit of the value"}
  polarity: {title: "Which way is better"}
draw: {kind: line, x: period, y: value, colour: area}
*/
WITH in_force AS (
    SELECT
        area_id,
        period,
        max(value) FILTER (WHERE kind = 'baseline') AS baseline,
        max(value) FILTER (WHERE kind = 'milestone') AS milestone,
        max(value) FILTER (WHERE kind = 'target') AS target
    FROM targets
    WHERE indicator_id = :indicator
        AND target_id NOT IN (SELECT supersedes FROM targets WHERE supersedes IS NOT NULL)
    GROUP BY area_id, period
),
point AS (
    -- every period that has an outcome or a target
    SELECT area_id, period, breakdown FROM outcomes WHERE indicator_id = :indicator
    UNION
    SELECT area_id, period, 'all' FROM in_force
)
SELECT
    i.indicator_id,
    i.title AS indicator,
    x.area_id,
    w.name AS area,
    x.period,
    x.breakdown,
    o.value,
    o.marker,
    o.flags,
    o.lower_ci,
    o.upper_ci,
    o.numerator,
    o.denominator,
    t.baseline,
    t.milestone,
    t.target,
    o.note,
    i.unit,
    i.polarity
FROM point AS x
JOIN indicators AS i ON i.indicator_id = :indicator
JOIN areas AS w ON w.area_id = x.area_id
LEFT JOIN outcomes AS o
    ON o.indicator_id = i.indicator_id AND o.area_id = x.area_id AND o.period = x.period AND o.breakdown = x.breakdown
-- a target is for everybody, not for a part of the people
LEFT JOIN in_force AS t ON t.area_id = x.area_id AND t.period = x.period AND x.breakdown = 'all'
WHERE :area = '' OR x.area_id = :area
ORDER BY area, x.area_id, x.breakdown <> 'all', x.breakdown, x.period
