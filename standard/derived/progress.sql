/*
How each indicator is doing in each area, against the current path of its target and against the original one.

The rules, in this order, with everything turned so that higher is better, and m the smallest move that counts:

1. cannot_tell, with the reason: those of latest_outcomes; break_in_series since the baseline; one_point (the path has no
   other); within_minimum_change (the target is nearer than m to the baseline).
2. Indicators that should stay as they were (maintain) or between limits (between) need no target. Within the limits:
   on_track; outside them and at least m farther out than the baseline was: worsening; else off_track. Limits of maintain
   that are not given are the baseline less and plus m; without any limit: cannot_tell, no_limits.
3. cannot_tell: no_target; where there is one and nothing to start from, no_baseline.
4. At or after the target's month: achieved from the target on, else missed.
5. Before it: achieved where the target is better than the baseline and reached; worsening where the whole interval lies
   below the baseline, the value at least m below it, and no fall is planned; no_change where the value is nearer than m to
   the baseline and the path at least m above it; on_track from m below the path on; else off_track.

The expected value lies on the straight line between two points, by whole months. A status is certain unless the value is
provisional or its interval holds a line that decided: the target (achieved, missed), m below the path (on_track, off_track),
m below the baseline (worsening), m to either side of it (no_change), or the limits (worsening: as far outside them as the
baseline, and m more). Each path judges its own latest result, and they are the same unless a change of targets also
changed the baseline or the kind of period. Figures are published in the indicator's own direction.

Differences are rounded to a millionth before they are compared: in binary 0.3 - 0.2 is not quite 0.1.
*/
WITH
-- what the points of each path come to; nothing where there are none
paths AS (
    SELECT
        latest_outcomes.indicator_id,
        latest_outcomes.area_id,
        latest_outcomes.path,
        count(points.path) AS points,
        min(points.month_number) FILTER (WHERE points.kind = 'baseline') AS baseline_month,
        min(points.value) FILTER (WHERE points.kind = 'baseline') AS baseline,
        min(points.month_number) FILTER (WHERE points.kind = 'target') AS target_month,
        min(points.value) FILTER (WHERE points.kind = 'target') AS target
    FROM latest_outcomes
    LEFT JOIN target_paths AS points USING (indicator_id, area_id, path)
    GROUP BY latest_outcomes.indicator_id, latest_outcomes.area_id, latest_outcomes.path
),
-- the straight lines from point to point; after the last point there is none to go to
lines AS (
    SELECT
        indicator_id,
        area_id,
        path,
        month_number AS from_month,
        value AS from_value,
        lead(month_number) OVER along AS to_month,
        lead(value) OVER along AS to_value
    FROM target_paths
    WINDOW along AS (PARTITION BY indicator_id, area_id, path ORDER BY month_number)
),
expectations AS (
    SELECT
        indicator_id,
        area_id,
        path,
        from_value
            + coalesce((to_value - from_value) * (month_number - from_month) / (to_month - from_month), 0) AS expected
    FROM latest_outcomes
    JOIN lines USING (indicator_id, area_id, path)
    WHERE month_number >= from_month AND (month_number < to_month OR to_month IS NULL)
),
-- result and path side by side; a path without a start or an end expects nothing
judged AS (
    SELECT
        latest.*,
        paths.*,
        iif(baseline IS NULL OR target IS NULL, NULL, expected) AS expected,
        iif(polarity = 'lower', -1, 1) AS direction,
        polarity IN ('maintain', 'between') AS is_limited,
        coalesce(lower_limit, iif(polarity = 'maintain', baseline - minimum_change, NULL)) AS lower_limit,
        coalesce(upper_limit, iif(polarity = 'maintain', baseline + minimum_change, NULL)) AS upper_limit,
        minimum_change AS m,
        coalesce(lower_ci, value) AS low,
        coalesce(upper_ci, value) AS high,
        coalesce(lower_ci, upper_ci) IS NOT NULL AS has_interval
    FROM paths
    JOIN latest_outcomes AS latest USING (indicator_id, area_id, path)
    JOIN indicators USING (indicator_id)
    LEFT JOIN expectations USING (indicator_id, area_id, path)
),
-- how far value, interval and path lie from one another, turned so that more is better; in or out of limits either way is out
measured AS (
    SELECT
        *,
        round(direction * (value - target), 6) AS over_target,
        round(direction * (value - baseline), 6) AS over_baseline,
        round(direction * (iif(direction = 1, high, low) - baseline), 6) AS best_over_baseline,
        round(direction * (value - expected), 6) AS over_expected,
        round(direction * (expected - baseline), 6) AS rise_expected,
        round(direction * (target - baseline), 6) AS rise_wanted,
        round(max(coalesce(lower_limit - value, 0), coalesce(value - upper_limit, 0), 0), 6) AS outside,
        round(max(coalesce(lower_limit - baseline, 0), coalesce(baseline - upper_limit, 0), 0), 6) AS baseline_outside
    FROM judged
),
-- why nothing can be told, if so
reasoned AS (
    SELECT
        *,
        CASE
            WHEN reason IS NOT NULL THEN reason
            WHEN break_month > baseline_month THEN 'break_in_series'
            WHEN is_limited THEN iif(lower_limit IS NULL AND upper_limit IS NULL, 'no_limits', NULL)
            WHEN points = 1 THEN 'one_point'
            WHEN abs(rise_wanted) < m THEN 'within_minimum_change'
            WHEN target IS NULL THEN 'no_target'
            WHEN baseline IS NULL THEN 'no_baseline'
        END AS why_not
    FROM measured
),
told AS (
    SELECT
        *,
        CASE
            WHEN why_not IS NOT NULL THEN 'cannot_tell'
            WHEN is_limited AND outside = 0 THEN 'on_track'
            WHEN is_limited AND round(outside - baseline_outside, 6) >= m AND baseline IS NOT NULL THEN 'worsening'
            WHEN is_limited THEN 'off_track'
            WHEN month_number >= target_month AND over_target >= 0 THEN 'achieved'
            WHEN month_number >= target_month THEN 'missed'
            WHEN over_target >= 0 AND rise_wanted > 0 THEN 'achieved'
            WHEN best_over_baseline < 0 AND over_baseline <= -m AND rise_expected >= 0 THEN 'worsening'
            WHEN abs(over_baseline) < m AND rise_expected >= m THEN 'no_change'
            WHEN over_expected >= -m THEN 'on_track'
            ELSE 'off_track'
        END AS status
    FROM reasoned
),
-- the line or the two lines that decided
decided AS (
    SELECT
        *,
        CASE
            WHEN is_limited THEN lower_limit - iif(status = 'worsening', baseline_outside + m, 0)
            WHEN status IN ('achieved', 'missed') THEN target
            WHEN status IN ('worsening', 'no_change') THEN baseline - direction * m
            ELSE expected - direction * m
        END AS one_line,
        CASE
            WHEN is_limited THEN upper_limit + iif(status = 'worsening', baseline_outside + m, 0)
            WHEN status = 'no_change' THEN baseline + direction * m
        END AS other_line
    FROM told
),
certified AS (
    SELECT
        *,
        NOT (
            is_provisional
            OR (has_interval AND coalesce(round(one_line - low, 6) >= 0 AND round(high - one_line, 6) >= 0, 0))
            OR (has_interval AND coalesce(round(other_line - low, 6) >= 0 AND round(high - other_line, 6) >= 0, 0))
        ) AS is_certain
    FROM decided
)
SELECT
    indicator_id,
    area_id,
    now.period,
    now.value,
    now.lower_ci,
    now.upper_ci,
    now.baseline,
    round(now.expected, 6) AS expected,
    round(at_first.expected, 6) AS expected_original,
    now.target,
    now.status,
    at_first.status AS status_original,
    iif(now.status = 'cannot_tell', NULL, now.is_certain) AS is_certain,
    now.why_not AS reason
FROM certified AS now
JOIN certified AS at_first USING (indicator_id, area_id)
WHERE now.path = 'current' AND at_first.path = 'original'
ORDER BY indicator_id, area_id
