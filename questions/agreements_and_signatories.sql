/*
title: Agreements, and who signed them
meaning: "Each row is one party to one agreement and the day on which it signed, with who hosts the pool and how over- and underspending is shared."
caveats:
  - "A party without a date has not signed, or the date is not recorded."
  - "The agency that the agreement is made with is named beside it; it is a party of the list only if it signs as one."
parameters:
  agreement: {title: "Agreement, by its code; empty for all", example: "thornshire-city-deal"}
columns:
  made_with: {title: "Made with"}
  parties: {title: "Parties", unit: count}
  parties_signed: {title: "Parties that have signed", unit: count}
  party_signed_on: {title: "This party signed on"}
draw: {kind: table}
*/
SELECT
    g.agreement_id,
    g.title AS agreement,
    g.kind,
    g.status,
    g.with_agency_id,
    w.name AS made_with,
    g.host_agency_id,
    h.name AS host,
    g.pool_manager,
    g.variance_rule,
    g.starts,
    g.ends,
    count(p.agency_id) OVER (PARTITION BY g.agreement_id) AS parties,
    count(p.signed_on) OVER (PARTITION BY g.agreement_id) AS parties_signed,
    p.agency_id,
    a.name AS agency,
    p.signed_on AS party_signed_on
FROM agreements AS g
JOIN agencies AS w ON w.agency_id = g.with_agency_id
LEFT JOIN agencies AS h ON h.agency_id = g.host_agency_id
LEFT JOIN agreement_parties AS p ON p.agreement_id = g.agreement_id
LEFT JOIN agencies AS a ON a.agency_id = p.agency_id
WHERE :agreement = '' OR g.agreement_id = :agreement
ORDER BY agreement, g.agreement_id, p.signed_on IS NULL, p.signed_on, agency, p.agency_id
