/*
message: "The {indicator_id} of {area_id} in {period} has {what}."
advice: "Give the value, or leave it blank and say in marker why there is none (c, x, z, w or low)."
severity: error
dataset: outcomes
field: value
why: >
  A marker stands for a value that cannot be given. With both, readers cannot know which holds; with neither, why nothing is
  there.
*/
SELECT
    rowid AS row_id, indicator_id, area_id, period,
    iif(value IS NULL, 'neither a value nor a marker', 'both a value and a marker') AS what
FROM outcomes
WHERE (value IS NULL) = (marker IS NULL)
ORDER BY row_id
