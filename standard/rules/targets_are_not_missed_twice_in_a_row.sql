/*
message: "{indicator_id} in {area_id} missed {before} in {period_before} ({value_before}) and {now} in {period_now} ({value_now})."
advice: "Look again at what is done, and say in the projects that name the indicator what changes. A target may be changed too, with its reason."
severity: warning
dataset: targets
field: value
why: >
  One missed target can be bad luck; two in a row say that the plan does not work. Looked at are the milestones and
  targets now in force, and of these the last two that have a result of their own period. A result that is withheld or
  not available is none, and where the series broke between baseline and result nothing can be said. Indicators that
  are to stay level or between limits have no line to miss.
*/
WITH
in_force AS (
    SELECT rowid AS row_id, * FROM targets
    WHERE target_id NOT IN (SELECT supersedes FROM targets WHERE supersedes IS NOT NULL)
),
results AS (
    SELECT indicator_id, area_id, period, iif(marker = 'low', 0, value) AS value
    FROM outcomes
    WHERE breakdown = 'all' AND (value IS NOT NULL OR marker = 'low')
),
broken AS (
    -- periods of one kind are of one length, and in order as texts
    SELECT points.row_id
    FROM in_force AS points
    JOIN in_force AS baselines USING (indicator_id, area_id)
    JOIN outcomes USING (indicator_id, area_id)
    WHERE baselines.kind = 'baseline' AND breakdown = 'all' AND ' ' || flags || ' ' LIKE '% b %'
        AND length(outcomes.period) = length(points.period)
        AND outcomes.period > baselines.period AND outcomes.period <= points.period
),
judged AS (
    SELECT
        row_id, indicator_id, area_id, period, in_force.value AS target, results.value AS value,
        iif(polarity = 'higher', results.value < in_force.value, results.value > in_force.value) AS is_missed,
        row_number() OVER (PARTITION BY indicator_id, area_id, length(period) ORDER BY period DESC, target_id) AS place
    FROM in_force
    JOIN results USING (indicator_id, area_id, period)
    JOIN indicators USING (indicator_id)
    WHERE kind <> 'baseline' AND polarity IN ('higher', 'lower') AND row_id NOT IN broken
)
SELECT
    now.row_id, indicator_id, area_id,
    printf('%.10g', before.target) AS before,
    before.period AS period_before,
    printf('%.10g', before.value) AS value_before,
    printf('%.10g', now.target) AS now,
    now.period AS period_now,
    printf('%.10g', now.value) AS value_now
FROM judged AS now
JOIN judged AS before USING (indicator_id, area_id)
WHERE now.place = 1 AND before.place = 2 AND length(now.period) = length(before.period)
    AND now.is_missed AND before.is_missed
ORDER BY now.row_id
