/*
The result by which each indicator is judged in each area: its latest, or why there is none to judge by.

Judged are results for everybody (breakdown all), of the same kind of period as the points of the current path (any kind
where there are no points), and not of a period before the baseline. A forecast is no result, nor is a figure for a period
that is not over. A result marked x (not available) while it is not yet due only holds its place, and the one before it is
taken. The marker low stands for a value next to 0 and is read as 0.

Results come lag_months after their period. The next is due one reporting interval after the latest; before the first, one
after the baseline, or where there is none after the indicator's first day. Irregular indicators have no interval, and none
is due that would fall after the indicator's last day.

The reason, the first of these that holds, and blank where there is a result to judge by: no_data; not_due_yet; withheld,
not_available, nobody_recorded or not_applicable (the markers c, x, w and z); stale (more than two reporting intervals
passed since it was due); other_period_kind (there are results, but none for the kind of period of the points).
*/
WITH
-- the last month that is over on the day of the release
today AS (
    SELECT
        as_of,
        12 * strftime('%Y', as_of, '+1 day') + strftime('%m', as_of, '+1 day') - 2 AS month_number
    FROM releases
),
intervals (frequency, interval_months) AS (
    VALUES ('monthly', 1), ('quarterly', 3), ('annual', 12), ('two_yearly', 24)
),
-- which kind of period the points are for, and in which month the path begins
starts AS (
    SELECT
        indicator_id,
        area_id,
        iif(min(period_kind) = max(period_kind), min(period_kind), 'mixed') AS points_kind,
        min(month_number) FILTER (WHERE kind = 'baseline') AS baseline_month
    FROM target_paths
    WHERE path = 'current'
    GROUP BY indicator_id, area_id
),
-- every indicator and area that has a target or a result, with its rhythm
followed AS (
    SELECT
        pair.indicator_id,
        pair.area_id,
        starts.points_kind,
        starts.baseline_month,
        -- without a baseline, results are waited for as if one stood in the month before the indicator's first
        coalesce(
            starts.baseline_month, 12 * strftime('%Y', indicators.valid_from) + strftime('%m', indicators.valid_from) - 2
        ) AS start_month,
        coalesce(indicators.lag_months, 0) AS lag_months,
        intervals.interval_months,
        indicators.valid_to
    FROM (
        SELECT indicator_id, area_id FROM targets
        UNION
        SELECT indicator_id, area_id FROM outcomes WHERE breakdown = 'all'
    ) AS pair
    JOIN indicators USING (indicator_id)
    LEFT JOIN intervals USING (frequency)
    LEFT JOIN starts USING (indicator_id, area_id)
),
-- what was measured: no forecasts, and nothing of a period that is not over
results AS (
    SELECT
        followed.*,
        outcomes.period,
        periods.period_kind,
        periods.month_number,
        iif(outcomes.marker = 'low', 0.0, outcomes.value) AS value,
        outcomes.lower_ci,
        outcomes.upper_ci,
        outcomes.marker,
        ' ' || coalesce(outcomes.flags, '') || ' ' AS flags,
        coalesce(outcomes.marker = 'x', 0) AND periods.month_number + followed.lag_months > today.month_number
            AS holds_place
    FROM outcomes
    JOIN followed USING (indicator_id, area_id)
    JOIN periods USING (period)
    JOIN today ON periods.last_day <= today.as_of
    WHERE outcomes.breakdown = 'all' AND ' ' || coalesce(outcomes.flags, '') || ' ' NOT LIKE '% f %'
),
-- those that can be held against the points, the latest first
comparable AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY indicator_id, area_id
            ORDER BY month_number < baseline_month, holds_place, month_number DESC, period DESC
        ) AS place,
        max(month_number) FILTER (WHERE flags LIKE '% b %' AND NOT holds_place) OVER (
            PARTITION BY indicator_id, area_id
        ) AS break_month
    FROM results
    WHERE points_kind IS NULL OR period_kind = points_kind
),
latest AS (
    SELECT * FROM comparable WHERE place = 1 AND (baseline_month IS NULL OR month_number >= baseline_month)
),
-- results that would be judged by if the points were for their kind of period
incomparable AS (
    SELECT DISTINCT indicator_id, area_id
    FROM results
    WHERE period_kind <> points_kind AND (baseline_month IS NULL OR month_number >= baseline_month)
),
-- when the next result should be out, as a month
awaited AS (
    SELECT
        followed.*,
        coalesce(iif(latest.holds_place, latest.month_number - followed.interval_months, latest.month_number), start_month)
            + coalesce(followed.interval_months, 0) AS next_month
    FROM followed
    LEFT JOIN latest USING (indicator_id, area_id)
)
SELECT
    awaited.indicator_id,
    awaited.area_id,
    latest.period,
    latest.period_kind,
    latest.month_number,
    latest.value,
    latest.lower_ci,
    latest.upper_ci,
    latest.flags LIKE '% p %' AS is_provisional,
    latest.break_month,
    CASE
        WHEN awaited.interval_months IS NOT NULL THEN due.last_day
    END AS next_due,
    CASE
        WHEN latest.holds_place THEN 'not_due_yet'
        WHEN latest.period IS NULL AND awaited.next_month + awaited.lag_months > today.month_number THEN 'not_due_yet'
        WHEN latest.period IS NULL AND incomparable.indicator_id IS NOT NULL THEN 'other_period_kind'
        WHEN latest.period IS NULL THEN 'no_data'
    END AS reason
FROM awaited
