/*
How far apart the best and the worst ward are, for each indicator and period.

Only indicators of which more or less is better, and no counts: a ward with more people has more of everything. Only results
for everybody (breakdown all), and no forecasts; the marker low is read as 0. Wards whose result is withheld or missing are
counted and left out, so the gap is the least that there is. At least two wards must have a result. Among equal wards the
first by its code is named.

is_certain says whether the intervals of the two wards lie apart; where one has none, nobody can say. The change is that
since the first period that can be compared: of the same kind, after the last break in any ward's series, and with figures
of exactly the same wards. That period itself has none.
*/
WITH
results AS (
    SELECT
        outcomes.indicator_id,
        outcomes.period,
        periods.month_number,
        outcomes.area_id,
        iif(outcomes.marker = 'low', 0.0, outcomes.value) AS value,
        outcomes.lower_ci,
        outcomes.upper_ci,
        iif(indicators.polarity = 'lower', -1, 1) AS direction,
        ' ' || coalesce(outcomes.flags, '') || ' ' AS flags
    FROM outcomes
    JOIN indicators USING (indicator_id)
    JOIN areas USING (area_id)
    JOIN periods USING (period)
    WHERE areas.area_type = 'ward'
        AND outcomes.breakdown = 'all'
        AND indicators.polarity IN ('higher', 'lower')
        AND indicators.unit <> 'count'
        AND ' ' || coalesce(outcomes.flags, '') || ' ' NOT LIKE '% f %'
),
-- wards without a value come last from either end
ranked AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY indicator_id, period ORDER BY value IS NULL, direction * value DESC, area_id
        ) AS from_best,
        row_number() OVER (
            PARTITION BY indicator_id, period ORDER BY value IS NULL, direction * value, area_id
        ) AS from_worst,
        -- the wards with a figure as far as this one; that of the last names them all
        group_concat(iif(value IS NULL, NULL, area_id)) OVER (
            PARTITION BY indicator_id, period ORDER BY area_id
        ) AS wards_named
    FROM results
),
-- the two ends side by side, turned so that higher is better where intervals are compared
ends AS (
    SELECT
        indicator_id,
        period,
        max(month_number) AS month_number,
        count(value) AS wards,
        count(*) - count(value) AS wards_left_out,
        max(wards_named) AS wards_named,
        max(area_id) FILTER (WHERE from_best = 1) AS best_area_id,
        max(area_id) FILTER (WHERE from_worst = 1) AS worst_area_id,
        max(value) FILTER (WHERE from_best = 1) AS best,
        max(value) FILTER (WHERE from_worst = 1) AS worst,
        max(iif(direction = 1, lower_ci, -upper_ci)) FILTER (WHERE from_best = 1) AS best_at_least,
        max(iif(direction = 1, upper_ci, -lower_ci)) FILTER (WHERE from_worst = 1) AS worst_at_most,
        max(flags LIKE '% b %') AS has_break
    FROM ranked
    GROUP BY indicator_id, period
),
-- every break begins a new stretch of figures that can be compared
stretches AS (
    SELECT
        *,
        round(abs(best - worst), 6) AS gap,
        sum(has_break) OVER (PARTITION BY indicator_id, period_kind ORDER BY month_number, period) AS stretch
    FROM ends
    JOIN periods USING (period, month_number)
    WHERE wards > 1
),
compared AS (
    SELECT
        *,
        first_value(period) OVER along AS first_period,
        first_value(gap) OVER along AS first_gap,
        row_number() OVER (PARTITION BY indicator_id ORDER BY month_number DESC, period DESC) AS from_latest
    FROM stretches
    WINDOW along AS (PARTITION BY indicator_id, period_kind, stretch, wards_named ORDER BY month_number, period)
)
SELECT
    indicator_id,
    period,
    month_number,
    from_latest = 1 AS is_latest,
    wards,
    wards_left_out,
    best_area_id,
    best,
    worst_area_id,
    worst,
    gap,
    best_at_least > worst_at_most AS is_certain,
    iif(first_period = period, NULL, first_period) AS first_period,
    iif(first_period = period, NULL, first_gap) AS first_gap,
    iif(first_period = period, NULL, round(gap - first_gap, 6)) AS change
FROM compared
ORDER BY indicator_id, month_number, period
