/*
message: "The target {target_id} is {change} from its baseline; for {indicator_id} a change of less than {minimum_change} counts as none."
advice: "Agree on a target that a result could reach beyond chance, or say in the indicator why a smaller change can be told."
severity: warning
dataset: targets
field: value
why: >
  The smallest change that counts was fixed before any figure was known. A target nearer to its baseline than that can
  be met by doing nothing, and progress towards it cannot be told. Looked at are targets now in force, against the
  last baseline in force; indicators that are to stay level or between limits are left out.
*/
WITH
in_force AS (
    SELECT rowid AS row_id, * FROM targets
    WHERE target_id NOT IN (SELECT supersedes FROM targets WHERE supersedes IS NOT NULL)
),
baselines AS (
    SELECT indicator_id, area_id, value AS baseline, max(period)
    FROM in_force
    WHERE kind = 'baseline'
    GROUP BY indicator_id, area_id
)
SELECT
    row_id, target_id, indicator_id,
    printf('%.10g', abs(value - baseline)) AS change,
    printf('%.10g', minimum_change) AS minimum_change
FROM in_force
JOIN baselines USING (indicator_id, area_id)
JOIN indicators USING (indicator_id)
-- differences of decimal fractions are not exact in binary: 60.3 − 60 is a little less than 0.3
WHERE kind = 'target' AND polarity IN ('higher', 'lower') AND abs(value - baseline) < minimum_change - 1e-9
ORDER BY row_id
