/*
message: "The {indicator_id} of {area_id} in {period} is a percentage below 0 or above 100."
advice: "Check value, numerator and denominator: the numerator is a part of the denominator. If the number can fall below 0 or rise above 100, its unit is percent_change or a rate."
severity: error
dataset: outcomes
field: value
why: >
  Where the counts are given, a percentage is a part of a whole, and no part is larger than its whole.
*/
SELECT outcomes.rowid AS row_id, indicator_id, outcomes.area_id, outcomes.period
FROM outcomes
JOIN indicators USING (indicator_id)
WHERE unit = 'percent'
    AND outcomes.numerator IS NOT NULL AND outcomes.denominator IS NOT NULL
    AND value NOT BETWEEN 0 AND 100
ORDER BY row_id
