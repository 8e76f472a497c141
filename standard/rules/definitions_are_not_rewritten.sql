/*
message: "{indicator_id} is not what it was in the release of {day}: {what} changed."
advice: "Give figures of the new definition under an indicator of its own, and end the old one with valid_to. If only a slip of the pen was mended, say so in corrections."
severity: warning
compares_with: before
dataset: indicators
field: definition
why: >
  A definition that is rewritten in place changes what every earlier figure and target meant, and leaves no trace in a
  single release. A package is held against the current release when it is checked, before it is published: definition, unit, polarity,
  numerator, denominator, source, and the change that counts as one.
*/
WITH compared AS (
    SELECT
        now.rowid AS row_id, now.indicator_id,
        iif(now.definition IS NOT then_.definition, ', definition', '')
        || iif(now.unit IS NOT then_.unit, ', unit', '')
        || iif(now.polarity IS NOT then_.polarity, ', polarity', '')
        || iif(now.numerator IS NOT then_.numerator, ', numerator', '')
        || iif(now.denominator IS NOT then_.denominator, ', denominator', '')
        || iif(now.source IS NOT then_.source, ', source', '')
        || iif(now.minimum_change IS NOT then_.minimum_change, ', minimum_change', '') AS what
    FROM indicators AS now
    JOIN before.indicators AS then_ USING (indicator_id)
)
SELECT row_id, indicator_id, replace(substr(what, 3), '_', ' ') AS what, earlier.as_of AS day
FROM compared
CROSS JOIN before.releases AS earlier
WHERE what <> ''
ORDER BY row_id
