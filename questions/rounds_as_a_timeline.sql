/*
title: Rounds and deals as a timeline
meaning: "Each row is something that happened on one day, or is due to: a round begins or ends, an agreement is signed, a party joins it later, something is asked for, answered, or ought to be answered."
caveats:
  - "A party that signed on the day of the agreement has no row of its own; one that signed later or earlier has."
  - "What lies after the day of this release is still to come. An answer that was due before it and has not come is overdue."
  - "An agreement that belongs to no round has none beside it."
parameters:
  round: {title: "Round, by its code; empty for all", example: "city-deal-2025"}
columns:
  on_date: {title: "Day"}
  event: {title: "What happened"}
  subject: {title: "Round, agreement or ask"}
  note: {title: "More about it"}
  state: {title: "Past, to come or overdue"}
draw: {kind: table}
*/
WITH event AS (
    SELECT starts AS on_date, 1 AS rank, 'round begins' AS event, round_id, NULL AS agreement_id, title AS subject, NULL AS agency_id, scheme AS note
    FROM rounds
    UNION ALL
    SELECT ends, 7, 'round ends', round_id, NULL, title, NULL, scheme FROM rounds
    UNION ALL
    SELECT signed_on, 2, 'agreement signed', round_id, agreement_id, title, with_agency_id, aims FROM agreements
    UNION ALL
    SELECT ends, 6, 'agreement runs out', round_id, agreement_id, title, with_agency_id, NULL FROM agreements
    UNION ALL
    SELECT p.signed_on, 3, 'party signs', g.round_id, g.agreement_id, g.title, p.agency_id, NULL
    FROM agreement_parties AS p
    JOIN agreements AS g ON g.agreement_id = p.agreement_id
    WHERE p.signed_on IS NOT g.signed_on
    UNION ALL
    SELECT k.asked_on, 4, 'asked', g.round_id, g.agreement_id, k.title, k.asked_of, k.evidence
    FROM asks AS k
    JOIN agreements AS g ON g.agreement_id = k.agreement_id
    UNION ALL
    SELECT
        k.answered_on, 5,
        CASE k.answer WHEN 'granted' THEN 'ask granted' WHEN 'partly' THEN 'ask partly granted' ELSE 'ask refused' END,
        g.round_id, g.agreement_id, k.title, k.asked_of, k.reason
    FROM asks AS k
    JOIN agreements AS g ON g.agreement_id = k.agreement_id
    UNION ALL
    SELECT k.answer_due, 5, 'answer due', g.round_id, g.agreement_id, k.title, k.asked_of, NULL
    FROM asks AS k
    JOIN agreements AS g ON g.agreement_id = k.agreement_id
    WHERE k.answer IS NULL
)
SELECT
    e.on_date,
    e.event,
    e.subject,
    e.agency_id,
    a.name AS agency,
    e.note,
    CASE
        WHEN e.on_date > r.as_of THEN 'to come'
        WHEN e.event = 'answer due' AND e.on_date < r.as_of THEN 'overdue'
        ELSE 'past'
    END AS state,
    e.round_id,
    o.title AS round,
    e.agreement_id
FROM event AS e
CROSS JOIN releases AS r
LEFT JOIN rounds AS o ON o.round_id = e.round_id
LEFT JOIN agencies AS a ON a.agency_id = e.agency_id
WHERE e.on_date IS NOT NULL AND (:round = '' OR e.round_id = :round)
ORDER BY e.on_date, e.rank, e.subject, e.agency_id, e.agreement_id, e.round_id
