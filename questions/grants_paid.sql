/*
title: Grants paid
meaning: "Each row is the grants that one agency paid to one organisation in one financial year."
caveats:
  - "Only payments that their agency has marked as grants are here. An agency that marks none has no rows, and still may give grants."
  - "A grant to a member of the partnership is spent once more by that member: do not add it to the member's own spending."
  - "Names may be as each agency writes them; withheld names share one row for each reason."
parameters:
  fy: {title: "Financial year, for example 2024-2025; empty for all", example: "2024-2025"}
  agency: {title: "Paying agency, by its code; empty for all", example: "wexmoor-council"}
columns:
  payments: {title: "Payments and credits", unit: count}
  amount_pence: {title: "Grants, credits taken off", unit: gbp}
  to_agency_id: {title: "Is itself the agency"}
draw: {kind: bar, x: amount_pence, y: provider, colour: agency}
*/
SELECT
    s.agency_id,
    a.name AS agency,
    year || '-' || (year + 1) AS fy,
    s.provider_id,
    coalesce(p.name, 'Name withheld: ' || s.redaction, s.provider_name, 'No name given') AS provider,
    p.provider_type,
    p.agency_id AS to_agency_id,
    sum(s.payments) AS payments,
    sum(s.amount_pence) AS amount_pence
FROM (
    -- a financial year starts in April: three months earlier, it is a calendar year
    SELECT *, CAST(strftime('%Y', month || '-01', '-3 months') AS INTEGER) AS year
    FROM payee_spend
    WHERE is_grant = 1
        AND (:fy = '' OR month BETWEEN substr(:fy, 1, 4) || '-04' AND (substr(:fy, 1, 4) + 1) || '-03')
        AND (:agency = '' OR agency_id = :agency)
) AS s
JOIN agencies AS a ON a.agency_id = s.agency_id
LEFT JOIN providers AS p ON p.provider_id = s.provider_id
GROUP BY s.agency_id, year, s.provider_id, coalesce(p.name, 'Name withheld: ' || s.redaction, s.provider_name)
ORDER BY agency, s.agency_id, year, amount_pence DESC, provider, s.provider_id
