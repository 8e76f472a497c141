/*
title: Payments to a provider
meaning: "Each row is one agency's payments to the provider asked for in one month."
caveats:
  - "Payments count that name the provider's code or its organisation number. A payment that gives a name alone is not here, even if the name is the same."
  - "Payments over each agency's threshold only, credits taken off."
parameters:
  provider: {title: "Provider, by its code (needed)", example: "second-bridge-services", needed: true}
columns:
  payments: {title: "Payments and credits", unit: count}
  amount_pence: {title: "Payments, credits taken off", unit: gbp}
draw: {kind: bar, x: amount_pence, y: month, colour: agency}
*/
WITH payment AS (
    SELECT * FROM payee_spend WHERE provider_id = :provider
    UNION ALL
    -- the two halves have no payment in common
    SELECT *
    FROM payee_spend
    WHERE provider_org_id = (SELECT org_id FROM providers WHERE provider_id = :provider)
        AND provider_id IS NOT :provider
)
SELECT
    s.month,
    s.agency_id,
    a.name AS agency,
    sum(s.payments) AS payments,
    sum(s.amount_pence) AS amount_pence
FROM payment AS s
JOIN agencies AS a ON a.agency_id = s.agency_id
GROUP BY s.month, s.agency_id
ORDER BY s.month, agency, s.agency_id
