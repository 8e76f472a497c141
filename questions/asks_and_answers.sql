/*
title: What was asked of government, and what came back
meaning: "Each row is one freedom or change that the partnership asked for, of whom, the answer if there is one, and for how many days it was or has been open."
caveats:
  - "No answer is not a refusal. The state says whether an answer is awaited or overdue on the day of this release."
  - "A refusal or a part grant comes with its reason; read it before the count of refusals."
parameters:
  state: {title: "State: awaited, overdue, granted, partly or refused; empty for all", example: "refused"}
columns:
  state: {title: "State"}
  days_open: {title: "Days from ask to answer, or to this release", unit: days}
  days_late: {title: "Days past the day agreed for the answer", unit: days}
draw: {kind: table}
*/
WITH ask AS (
    SELECT
        a.*,
        coalesce(a.answered_on, r.as_of) AS until,
        coalesce(a.answer, CASE WHEN a.answer_due < r.as_of THEN 'overdue' ELSE 'awaited' END) AS state
    FROM asks AS a
    CROSS JOIN releases AS r
)
SELECT
    k.ask_id,
    k.title AS ask,
    k.agreement_id,
    g.title AS agreement,
    k.freedom,
    k.asked_of AS agency_id,
    a.name AS asked_of,
    k.asked_on,
    k.answer_due,
    k.state,
    k.answered_on,
    CAST(julianday(k.until) - julianday(k.asked_on) AS INTEGER) AS days_open,
    max(0, CAST(julianday(k.until) - julianday(k.answer_due) AS INTEGER)) AS days_late,
    k.evidence,
    k.reason
FROM ask AS k
JOIN agreements AS g ON g.agreement_id = k.agreement_id
JOIN agencies AS a ON a.agency_id = k.asked_of
WHERE :state = '' OR k.state = :state
ORDER BY instr('overdue,awaited,refused,partly,granted', k.state), days_open DESC, k.ask_id
