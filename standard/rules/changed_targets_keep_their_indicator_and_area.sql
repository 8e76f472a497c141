/*
message: "The target {target_id} replaces {supersedes}, which is a target for {other}."
advice: "A changed target measures the same thing in the same area. Correct supersedes, or leave it blank if this is a new target."
severity: error
dataset: targets
field: supersedes
why: >
  If a target could take the place of another indicator's or another area's, an awkward one could vanish behind an easy one.
*/
SELECT
    new.rowid AS row_id,
    new.target_id,
    new.supersedes,
    CASE
        WHEN new.indicator_id = old.indicator_id THEN 'the area ' || old.area_id
        ELSE 'the indicator ' || old.indicator_id
    END AS other
FROM targets AS new
JOIN targets AS old ON old.target_id = new.supersedes
WHERE new.indicator_id <> old.indicator_id OR new.area_id <> old.area_id
ORDER BY row_id
