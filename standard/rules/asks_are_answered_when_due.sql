/*
message: "The ask {ask_id} to {asked_of} was to be answered by {answer_due}; {days} later there is no answer."
advice: "Ask for the answer, or record it with answer, answered_on and, where it is refused or granted in part, the reason."
severity: warning
dataset: asks
field: answer_due
why: >
  A place gives its evidence and is owed an answer by a day that was named. Everybody may see which answers are still
  owed.
*/
SELECT
    asks.rowid AS row_id,
    ask_id,
    asked_of,
    answer_due,
    CASE julianday(as_of) - julianday(answer_due)
        WHEN 1 THEN 'one day'
        ELSE printf('%d days', julianday(as_of) - julianday(answer_due))
    END AS days
FROM asks CROSS JOIN releases
WHERE answer IS NULL AND answer_due < as_of
ORDER BY row_id
