/*
title: Payments to a provider, one by one
meaning: "Each row is one payment or credit of one provider on the list of providers, the latest first."
caveats:
  - "Only payments in which the agency names the provider by its code are here; the same organisation may be paid under its name alone."
  - "Payments leave out everything below each agency's threshold."
parameters:
  provider: {title: "Provider, by its code (needed)", example: "calder-care-ltd"}
columns:
  amount_pence: {title: "Amount", unit: gbp}
draw: {kind: table}
*/
SELECT s.payment_date, s.agency_id, a.name AS agency, s.purpose, s.project_id, s.amount_pence, s.file_id, s.line
FROM spend AS s
LEFT JOIN agencies AS a ON a.agency_id = s.agency_id
WHERE s.provider_id = :provider
ORDER BY s.payment_date DESC, s.file_id, s.line
LIMIT 500
