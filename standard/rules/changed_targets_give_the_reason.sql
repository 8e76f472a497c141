/*
message: "The target {target_id} replaces {supersedes} without a reason."
advice: "Say in reason why the target was changed and who agreed to it."
severity: error
dataset: targets
field: reason
why: >
  A changed target is a new row beside the old one, so that nobody moves a goalpost unseen. Readers must learn why.
*/
SELECT rowid AS row_id, target_id, supersedes
FROM targets
WHERE supersedes IS NOT NULL AND reason IS NULL
ORDER BY row_id
