/*
message: "The {indicator_id} of {area_id} in {period} is not its numerator divided by its denominator, times {scale}."
advice: "Check value, numerator and denominator, and that the value is written in the indicator's unit (62.5 for 62.5 %, not 0.625)."
severity: error
dataset: outcomes
field: value
why: >
  Percentages and rates can be worked out again from the two counts beside them. A value may differ by half a unit of its
  last place, for rounding; the last place is that of the most precise value of the same indicator in the same file.
*/
WITH
scales(unit, scale) AS (VALUES ('percent', 100), ('rate_per_1000', 1000), ('rate_per_100000', 100000)),
written AS (
    SELECT rowid AS row_id, *, rtrim(printf('%.10f', value), '0') AS digits
    FROM outcomes
    WHERE value IS NOT NULL
),
precise AS (
    SELECT *, max(length(digits) - instr(digits, '.')) OVER (PARTITION BY file_id, indicator_id) AS places
    FROM written
)
SELECT row_id, indicator_id, area_id, period, scale
FROM precise
JOIN indicators USING (indicator_id)
JOIN scales USING (unit)
WHERE precise.numerator IS NOT NULL AND precise.denominator IS NOT NULL AND (
    precise.denominator = 0
    OR abs(value - 1.0 * scale * precise.numerator / precise.denominator) > 0.5 * CAST('1e-' || places AS REAL) + 1e-9
)
ORDER BY row_id
