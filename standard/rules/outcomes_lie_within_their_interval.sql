/*
message: "The {indicator_id} of {area_id} in {period} lies outside its own confidence interval."
advice: "Check value, lower_ci and upper_ci: the lower limit, the value and the upper limit must rise in this order. Often two columns were swapped."
severity: error
dataset: outcomes
field: value
why: >
  A confidence interval is drawn around its value. Where it does not hold the value, one of the three numbers is wrong.
*/
SELECT rowid AS row_id, indicator_id, area_id, period
FROM outcomes
WHERE value < lower_ci OR value > upper_ci OR lower_ci > upper_ci
ORDER BY row_id
