/*
title: Payment by results, as claimed
meaning: "Each row adds up the claims of one scheme for families attached in one year: for attaching them at the start or for a result, by the state of the claim."
caveats:
  - "Claims are stated by agencies. What is due by the published rates, and within the cap, is worked out elsewhere."
  - "An attachment fee is paid at the start, a result fee when something came of it: a family usually appears under both, so do not add the families."
  - "Claims are for the whole place, never by ward; fewer than 10 families are claimed together with another year's."
parameters:
  scheme: {title: "Scheme, by its code; empty for all", example: "families-reward"}
columns:
  attached_fy: {title: "Year of attachment"}
  kind: {title: "For attachment or result"}
  units: {title: "Families, persons or households", unit: count}
  amount_pence: {title: "Claimed", unit: gbp}
  claims: {title: "Claims", unit: count}
draw: {kind: bar, x: amount_pence, y: attached_fy, colour: kind}
*/
SELECT
    c.scheme_id,
    c.attached_fy,
    c.kind,
    c.result,
    c.status,
    c.agency_id,
    a.name AS agency,
    count(*) AS claims,
    sum(c.units) AS units,
    sum(c.amount_pence) AS amount_pence
FROM reward_claims AS c
JOIN agencies AS a ON a.agency_id = c.agency_id
WHERE :scheme = '' OR c.scheme_id = :scheme
GROUP BY c.scheme_id, c.attached_fy, c.kind, c.result, c.status, c.agency_id
ORDER BY c.scheme_id, c.attached_fy, c.kind, c.result, instr('claimed,verified,paid,refused', c.status), c.agency_id
