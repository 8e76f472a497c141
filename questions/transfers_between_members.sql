/*
title: What agencies pay each other
meaning: "Each row is what one agency paid to another in one financial year, and whether it is taken out of the place's total because the same money would count twice there."
caveats:
  - "The payee is told by its identifiers, never by its name alone: payments without one are missing here."
  - "Only transfers between two agencies that both publish a budget of the year are taken out of the place's total; others would vanish from it altogether."
  - "A payment to another agency is often for services that it delivers. It is neither waste nor profit."
parameters:
  fy: {title: "Financial year, for example 2024-2025; empty for all", example: "2024-2025"}
columns:
  payments: {title: "Payments and credits", unit: count}
  amount_pence: {title: "Payments, credits taken off", unit: gbp}
  is_taken_out: {title: "Taken out of the place's total"}
draw: {kind: bar, x: amount_pence, y: from_agency, colour: to_agency}
*/
SELECT
    t.from_agency_id,
    a.name AS from_agency,
    t.to_agency_id,
    b.name AS to_agency,
    t.fy,
    t.payments,
    t.amount_pence,
    t.is_taken_out
FROM transfers AS t
JOIN agencies AS a ON a.agency_id = t.from_agency_id
JOIN agencies AS b ON b.agency_id = t.to_agency_id
WHERE :fy = '' OR t.fy = :fy
ORDER BY t.fy, t.amount_pence DESC, t.from_agency_id, t.to_agency_id
