/*
title: What agencies pay each other
meaning: "Each row is what one agency paid to another in one financial year, and whether the payee publishes its own spending of that year, so that the money would be counted twice."
caveats:
  - "The payee is told by its identifiers, never by its name alone: payments without one are missing here."
  - "A total for the place should leave out only those transfers whose payee publishes its outturn for that year; the others would vanish altogether."
  - "A payment to another agency is often for services that it delivers. It is neither waste nor profit."
parameters:
  fy: {title: "Financial year, for example 2024-2025; empty for all", example: "2024-2025"}
columns:
  payments: {title: "Payments and credits", unit: count}
  amount_pence: {title: "Payments, credits taken off", unit: gbp}
  is_counted_twice: {title: "Payee publishes that year's outturn"}
draw: {kind: bar, x: amount_pence, y: from_agency, colour: to_agency}
*/
WITH numbered AS (
    SELECT org_id, min(agency_id) AS agency_id FROM agencies WHERE org_id IS NOT NULL GROUP BY org_id
),
to_agency AS (
    SELECT provider_id FROM providers WHERE agency_id IS NOT NULL
),
picked AS MATERIALIZED (
    -- two small lists pick the payments by index: by the provider's code, or else by the organisation number
    SELECT agency_id, provider_id, provider_org_id, payment_date, amount_pence
    FROM spend
    WHERE provider_id IN (SELECT provider_id FROM to_agency)
    UNION ALL
    SELECT agency_id, provider_id, provider_org_id, payment_date, amount_pence
    FROM spend
    WHERE provider_org_id IN (SELECT org_id FROM numbered)
        AND (provider_id IS NULL OR provider_id NOT IN (SELECT provider_id FROM to_agency))
),
paid AS (
    SELECT
        agency_id,
        provider_id,
        provider_org_id,
        substr(payment_date, 1, 7) AS month,
        count(*) AS payments,
        sum(amount_pence) AS amount_pence
    FROM picked
    WHERE :fy = '' OR payment_date BETWEEN substr(:fy, 1, 4) || '-04-01' AND (substr(:fy, 1, 4) + 1) || '-03-31'
    GROUP BY 1, 2, 3, 4
),
transfer AS (
    SELECT
        s.agency_id AS from_agency_id,
        -- where the two identifiers disagree, the one that is not the payer itself
        CASE WHEN p.agency_id <> s.agency_id THEN p.agency_id ELSE n.agency_id END AS to_agency_id,
        -- a financial year starts in April: three months earlier, it is a calendar year
        CAST(strftime('%Y', s.month || '-01', '-3 months') AS INTEGER) AS year,
        sum(s.payments) AS payments,
        sum(s.amount_pence) AS amount_pence
    FROM paid AS s
    LEFT JOIN providers AS p ON p.provider_id = s.provider_id
    LEFT JOIN numbered AS n ON n.org_id = s.provider_org_id
    GROUP BY 1, 2, 3
),
outturn AS (
    SELECT DISTINCT agency_id, fy FROM budgets WHERE phase = 'actual'
)
SELECT
    t.from_agency_id,
    a.name AS from_agency,
    t.to_agency_id,
    b.name AS to_agency,
    t.year || '-' || (t.year + 1) AS fy,
    t.payments,
    t.amount_pence,
    o.agency_id IS NOT NULL AS is_counted_twice
FROM transfer AS t
JOIN agencies AS a ON a.agency_id = t.from_agency_id
JOIN agencies AS b ON b.agency_id = t.to_agency_id
LEFT JOIN outturn AS o ON o.agency_id = t.to_agency_id AND o.fy = t.year || '-' || (t.year + 1)
WHERE t.to_agency_id <> t.from_agency_id
ORDER BY t.year, t.amount_pence DESC, t.from_agency_id, t.to_agency_id
