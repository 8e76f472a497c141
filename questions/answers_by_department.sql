/*
title: How each department answers
meaning: "Each row is one department or agency that was asked for something: how many asks it had, how it answered them, how many it answered by the day agreed, and how long it took on average."
caveats:
  - "Few asks make poor averages. Read the asks themselves, with their evidence and the reasons given, before comparing departments."
  - "An ask that is not answered yet counts as open; it is overdue only if its day has passed."
  - "Granting is not always right and refusing not always wrong."
columns:
  asked_of: {title: "Asked of"}
  asks_made: {title: "Asks", unit: count}
  granted: {title: "Granted", unit: count}
  partly: {title: "Partly granted", unit: count}
  refused: {title: "Refused", unit: count}
  awaited: {title: "Not answered, still in time", unit: count}
  overdue: {title: "Not answered, overdue", unit: count}
  answered_in_time: {title: "Answered by the day agreed", unit: count}
  days_on_average: {title: "Days to an answer, on average", unit: days}
draw: {kind: table}
*/
SELECT
    k.asked_of AS agency_id,
    a.name AS asked_of,
    count(*) AS asks_made,
    sum(k.answer IS 'granted') AS granted,
    sum(k.answer IS 'partly') AS partly,
    sum(k.answer IS 'refused') AS refused,
    sum(k.answer IS NULL AND k.answer_due >= r.as_of) AS awaited,
    sum(k.answer IS NULL AND k.answer_due < r.as_of) AS overdue,
    sum(k.answered_on IS NOT NULL AND k.answered_on <= k.answer_due) AS answered_in_time,
    CAST(round(avg(julianday(k.answered_on) - julianday(k.asked_on))) AS INTEGER) AS days_on_average
FROM asks AS k
CROSS JOIN releases AS r
JOIN agencies AS a ON a.agency_id = k.asked_of
GROUP BY k.asked_of
ORDER BY asks_made DESC, asked_of, k.asked_of
