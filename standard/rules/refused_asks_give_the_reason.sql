/*
message: "The ask {ask_id} was {outcome}, and no reason is given."
advice: "Give the reason as the answer puts it; if the answer gave none, say so in reason."
severity: error
dataset: asks
field: reason
why: >
  The burden of proof is shared: the place gives evidence for what it asks, and who refuses gives a reason.
*/
SELECT
    rowid AS row_id,
    ask_id,
    CASE answer WHEN 'partly' THEN 'granted only in part' ELSE 'refused' END AS outcome
FROM asks
WHERE answer IN ('refused', 'partly') AND reason IS NULL
ORDER BY row_id
