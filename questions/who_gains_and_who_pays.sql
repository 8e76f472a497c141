/*
title: Who pays and who gains in a business case
meaning: "Each row is one agency in one business case: what it is to pay, what it is to gain, what is left to it, and its part of all that is paid and gained."
caveats:
  - "These are expectations, as worth in the first year of the case. What was really saved is among the savings, and how it is shared is in the settlement."
  - "An agency that pays and does not gain is no mistake: it is why agencies make agreements about sharing."
  - "Cashable is the part of a gain that could be taken out of a budget. Most agencies gain time and room, which pay no bill."
parameters:
  case: {title: "Business case, by its code; empty for all", example: "key-workers-case"}
columns:
  pays_pence: {title: "Pays", unit: gbp}
  gains_pence: {title: "Gains", unit: gbp}
  cashable_pence: {title: "Of which cashable", unit: gbp}
  net_pence: {title: "Gains less pays", unit: gbp}
  pays_share_bps: {title: "Of all that is paid", unit: basis_points}
  gains_share_bps: {title: "Of all that is gained", unit: basis_points}
  stands: {title: "Where it stands"}
draw: {kind: bar, x: net_pence, y: agency, colour: business_case}
*/
SELECT
    w.case_id,
    b.title AS business_case,
    b.status,
    b.project_id,
    w.agency_id,
    a.name AS agency,
    w.pays_pence,
    w.gains_pence,
    w.cashable_pence,
    w.net_pence,
    CAST(round(10000.0 * w.pays_pence / sum(w.pays_pence) OVER of_case) AS INTEGER) AS pays_share_bps,
    CAST(round(10000.0 * w.gains_pence / sum(w.gains_pence) OVER of_case) AS INTEGER) AS gains_share_bps,
    CASE
        WHEN w.net_pence IS NULL THEN 'cannot be worked out'
        WHEN w.pays_pence = 0 THEN 'gains without paying'
        WHEN w.gains_pence = 0 THEN 'pays without gaining'
        WHEN w.net_pence < 0 THEN 'pays more than it gains'
        ELSE 'gains more than it pays'
    END AS stands
FROM case_agencies AS w
JOIN business_cases AS b ON b.case_id = w.case_id
JOIN agencies AS a ON a.agency_id = w.agency_id
WHERE :case = '' OR w.case_id = :case
WINDOW of_case AS (PARTITION BY w.case_id)
ORDER BY business_case, w.case_id, w.net_pence, w.agency_id
