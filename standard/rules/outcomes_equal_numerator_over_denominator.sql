/*
message: "The {indicator_id} of {area_id} in {period} is not its numerator divided by its denominator, times {scale}."
advice: "Check value, numerator and denominator, and that the value is written in the indicator's unit (62.5 for 62.5 %, not 0.625)."
severity: error
dataset: outcomes
field: value
why: >
  Percentages and rates can be worked out again from the two counts beside them. A value may differ by half a unit of its
  last place, for rounding; the last place is that of the most precise value of the same indicator in the same file. Where an
  indicator's counts are rounded to the nearest 5 before they are published, counts that are multiples of 5 may be up to 2
  away from those that the value was worked out from, so that what was published can be published again.
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
        + iif(
            disclosure = 'round5' AND precise.numerator % 5 = 0 AND precise.denominator % 5 = 0,
            scale * ((precise.numerator + 2.0) / (precise.denominator - 2) - 1.0 * precise.numerator / precise.denominator),
            0
        )
)
ORDER BY row_id
