/*
The result by which each indicator is judged in each area: its latest, or why there is none to judge by.

There is one for each of the two paths of a target, the current and the original. They are the same unless the kind of
period or the baseline was changed: a change must not take away what the original path is judged by.

Judged are results for everybody (breakdown all), of the same kind of period as the points of the path (any kind where
there are no points), and not of a period before the baseline. A forecast is no result, nor is a figure for a period
that is not over. A row marked x (not available) before its result is due only holds a place, and the one before it is
taken. The marker low stands for a value next to 0 and is read as 0.

Results come lag_months after their period. The next is due one reporting interval after the latest; before the first, one
after the baseline, or where there is none after the indicator's first day. Irregular indicators have no interval, and none
is due for a period that ends after the indicator's last day.

The reason, the first that holds, and blank where there is a result to judge by: without a result not_due_yet,
other_period_kind (there are results, but none for the kind of period of the points) or no_data; for the markers c, x, w and
z withheld, not_available, nobody_recorded and not_applicable; stale (older than two reporting intervals beyond its lag).
*/
WITH
-- the last month that is over on the day of the release
today AS (
    SELECT as_of, 12 * strftime('%Y', as_of, '+1 day') + strftime('%m', as_of, '+1 day') - 2 AS this_month
    FROM releases
),
intervals(frequency, interval_months) AS (
    VALUES ('monthly', 1), ('quarterly', 3), ('annual', 12), ('two_yearly', 24)
),
reasons(marker, marker_reason) AS (
    VALUES ('c', 'withheld'), ('x', 'not_available'), ('w', 'nobody_recorded'), ('z', 'not_applicable')
),
-- for which kind of period the points are, and in which month the path begins
starts AS (
    SELECT
        indicator_id,
        area_id,
        path,
        iif(min(period_kind) = max(period_kind), min(period_kind), 'mixed') AS points_kind,
        min(month_number) FILTER (WHERE kind = 'baseline') AS baseline_month
    FROM target_paths
    GROUP BY indicator_id, area_id, path
),
-- every indicator and area that has a target or a result, for each path, with the rhythm of its results
followed AS (
    SELECT
        indicator_id,
        area_id,
        path,
        points_kind,
        baseline_month,
        -- without a baseline the first result is awaited as if one stood in the month before the indicator began
        coalesce(baseline_month, 12 * strftime('%Y', valid_from) + strftime('%m', valid_from) - 2) AS start_month,
        coalesce(lag_months, 0) AS lag_months,
        interval_months,
        valid_to
    FROM (
        SELECT indicator_id, area_id FROM targets
        UNION
        SELECT indicator_id, area_id FROM outcomes WHERE breakdown = 'all'
    )
    CROSS JOIN (SELECT 'current' AS path UNION SELECT 'original')
    JOIN indicators USING (indicator_id)
    LEFT JOIN intervals USING (frequency)
    LEFT JOIN starts USING (indicator_id, area_id, path)
),
-- what was measured; a figure that only holds a place is known by its marker and its due month
results AS (
    SELECT
        indicator_id,
        area_id,
        path,
        outcomes.period,
        period_kind,
        month_number,
        iif(marker = 'low', 0.0, value) AS value,
        lower_ci,
        upper_ci,
        marker,
        ' ' || coalesce(flags, '') || ' ' AS flags,
        coalesce(marker = 'x', 0) AND month_number + lag_months > this_month AS holds_place,
        coalesce(period_kind = points_kind, points_kind IS NULL) AS is_comparable,
        coalesce(month_number >= baseline_month, 1) AS is_since_baseline
    FROM outcomes
    JOIN followed USING (indicator_id, area_id)
    JOIN periods ON periods.period = outcomes.period
    JOIN today ON last_day <= as_of
    WHERE breakdown = 'all' AND ' ' || coalesce(flags, '') || ' ' NOT LIKE '% f %'
),
-- of each indicator, area and path, what its results come to
seen AS (
    SELECT
        indicator_id,
        area_id,
        path,
        max(holds_place AND is_comparable) AS is_awaited,
        max(is_since_baseline AND NOT is_comparable) AS has_other_kind,
        max(month_number) FILTER (WHERE is_comparable AND NOT holds_place AND flags LIKE '% b %') AS break_month
    FROM results
    GROUP BY indicator_id, area_id, path
),
latest AS (
    SELECT *
    FROM (
        SELECT
            *,
            row_number() OVER (
                PARTITION BY indicator_id, area_id, path ORDER BY month_number DESC, period DESC
            ) AS place
        FROM results
        WHERE is_comparable AND is_since_baseline AND NOT holds_place
    )
    WHERE place = 1
),
-- the month at whose end the next result should be out
awaited AS (
    SELECT
        followed.*,
        coalesce(month_number, start_month) + coalesce(interval_months, 0) + lag_months AS due_month
    FROM followed
    LEFT JOIN latest USING (indicator_id, area_id, path)
),
dated AS (
    SELECT
        *,
        date(printf('%04d-%02d-01', due_month / 12, due_month % 12 + 1), '+1 month', '-1 day') AS due_on,
        date(printf('%04d-%02d-01', (due_month - lag_months) / 12, (due_month - lag_months) % 12 + 1)) AS due_for
    FROM awaited
)
SELECT
    indicator_id,
    area_id,
    path,
    period,
    period_kind,
    month_number,
    value,
    lower_ci,
    upper_ci,
    flags LIKE '% p %' AS is_provisional,
    break_month,
    iif(interval_months IS NULL OR due_for > valid_to, NULL, due_on) AS next_due,
    CASE
        WHEN period IS NULL AND (is_awaited OR due_month > this_month) THEN 'not_due_yet'
        WHEN period IS NULL AND has_other_kind THEN 'other_period_kind'
        WHEN period IS NULL THEN 'no_data'
        WHEN value IS NULL THEN marker_reason
        WHEN this_month - month_number > lag_months + 2 * interval_months THEN 'stale'
    END AS reason
FROM dated
CROSS JOIN today
LEFT JOIN latest USING (indicator_id, area_id, path)
LEFT JOIN seen USING (indicator_id, area_id, path)
LEFT JOIN reasons USING (marker)
ORDER BY indicator_id, area_id, path
