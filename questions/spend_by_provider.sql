/*
title: Payments by provider
meaning: "Each row is one organisation that was paid, how many payments it had, from how many agencies, and what they add up to."
caveats:
  - "Payments are put together by organisation number, else by the local list of providers, else by the name exactly as written. One firm under two spellings has two rows."
  - "Names withheld to protect people, or for commercial reasons, share one row for each reason: such a row is many payees, not one."
  - "Payments over each agency's threshold only. An organisation that is itself an agency has its own page; what it receives is not spending outside the partnership."
parameters:
  fy: {title: "Financial year, for example 2024-2025; empty for all", example: "2024-2025"}
  agency: {title: "Paying agency, by its code; empty for all", example: "wexmoor-council"}
columns:
  matched_by: {title: "How payments were put together"}
  to_agency_id: {title: "Is itself the agency"}
  agencies: {title: "Agencies paying", unit: count}
  payments: {title: "Payments and credits", unit: count}
  amount_pence: {title: "Payments, credits taken off", unit: gbp}
  credits_pence: {title: "Of which credits", unit: gbp}
draw: {kind: bar, x: amount_pence, y: provider}
*/
WITH paid AS (
    -- one row for each agency and each payee as written
    SELECT
        provider_id,
        provider_org_id,
        provider_name,
        redaction,
        agency_id,
        sum(payments) AS payments,
        sum(amount_pence) AS amount_pence,
        sum(credits_pence) AS credits_pence
    FROM payee_spend
    WHERE (:fy = '' OR month BETWEEN substr(:fy, 1, 4) || '-04' AND (substr(:fy, 1, 4) + 1) || '-03')
        AND (:agency = '' OR agency_id = :agency)
    GROUP BY provider_id, provider_org_id, provider_name, redaction, agency_id
),
numbered AS (
    -- where the list has one organisation under several codes, the first of them stands for all
    SELECT org_id, min(provider_id) AS provider_id FROM providers WHERE org_id IS NOT NULL GROUP BY org_id
),
payee AS (
    SELECT
        paid.*,
        coalesce(n.provider_id, paid.provider_id) AS listed_id,
        CASE
            WHEN coalesce(paid.provider_org_id, p.org_id) IS NOT NULL THEN 'organisation number'
            WHEN paid.provider_id IS NOT NULL THEN 'list of providers'
            WHEN paid.redaction IS NOT NULL THEN 'withheld'
            WHEN paid.provider_name IS NOT NULL THEN 'name as written'
            ELSE 'no name'
        END AS matched_by,
        coalesce(
            paid.provider_org_id, p.org_id, paid.provider_id, paid.redaction, upper(trim(paid.provider_name)), ''
        ) AS payee
    FROM paid
    LEFT JOIN providers AS p ON p.provider_id = paid.provider_id
    LEFT JOIN numbered AS n ON n.org_id = coalesce(paid.provider_org_id, p.org_id)
)
SELECT
    y.listed_id AS provider_id,
    CASE y.matched_by
        WHEN 'withheld' THEN 'Name withheld: ' || y.payee
        WHEN 'no name' THEN 'No name given'
        ELSE coalesce(l.name, min(y.provider_name), y.payee)
    END AS provider,
    y.matched_by,
    l.agency_id AS to_agency_id,
    count(DISTINCT y.agency_id) AS agencies,
    sum(y.payments) AS payments,
    sum(y.amount_pence) AS amount_pence,
    sum(y.credits_pence) AS credits_pence
FROM payee AS y
LEFT JOIN providers AS l ON l.provider_id = y.listed_id
GROUP BY y.matched_by, y.payee
ORDER BY amount_pence DESC, y.matched_by, y.payee
