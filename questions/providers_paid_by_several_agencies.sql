/*
title: Providers paid by several agencies
meaning: "Each row is one organisation that at least two agencies pay, with the agencies' names and what they pay it together."
caveats:
  - "Two agencies paying one provider is not waste in itself: it is a place to ask whether they could buy together."
  - "Payments are put together by organisation number, else by the local list of providers, else by the name exactly as written. Rows matched by name alone may be two organisations; the column says which rows those are."
  - "Agencies publish from different thresholds, so a small payment by one of them may be missing."
parameters:
  fy: {title: "Financial year, for example 2024-2025; empty for all", example: "2024-2025"}
columns:
  matched_by: {title: "How payments were put together"}
  agencies: {title: "Agencies paying", unit: count}
  agency_ids: {title: "Codes of the agencies paying"}
  paid_by: {title: "Agencies paying, by name"}
  payments: {title: "Payments and credits", unit: count}
  amount_pence: {title: "Payments, credits taken off", unit: gbp}
draw: {kind: table}
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
        sum(amount_pence) AS amount_pence
    FROM payee_spend
    WHERE :fy = '' OR month BETWEEN substr(:fy, 1, 4) || '-04' AND (substr(:fy, 1, 4) + 1) || '-03'
    GROUP BY provider_id, provider_org_id, provider_name, redaction, agency_id
),
numbered AS (
    -- where the list has one organisation under several codes, the first of them stands for all
    SELECT org_id, min(provider_id) AS provider_id FROM providers WHERE org_id IS NOT NULL GROUP BY org_id
),
payee AS (
    SELECT
        CASE
            WHEN coalesce(paid.provider_org_id, p.org_id) IS NOT NULL THEN 'organisation number'
            WHEN paid.provider_id IS NOT NULL THEN 'list of providers'
            ELSE 'name as written'
        END AS matched_by,
        -- a name withheld is no name to match by
        coalesce(
            paid.provider_org_id, p.org_id, paid.provider_id,
            CASE WHEN paid.redaction IS NULL THEN upper(trim(paid.provider_name)) END
        ) AS payee,
        paid.agency_id,
        coalesce(n.provider_id, paid.provider_id) AS provider_id,
        min(paid.provider_name) AS provider_name,
        sum(paid.payments) AS payments,
        sum(paid.amount_pence) AS amount_pence
    FROM paid
    LEFT JOIN providers AS p ON p.provider_id = paid.provider_id
    LEFT JOIN numbered AS n ON n.org_id = coalesce(paid.provider_org_id, p.org_id)
    GROUP BY 1, 2, 3
    HAVING payee IS NOT NULL
),
listed AS (
    -- the lists of agencies are built over a window, because only there their order is certain
    SELECT
        y.*,
        group_concat(a.agency_id, ' ') OVER everyone AS agency_ids,
        group_concat(a.name, '; ') OVER everyone AS paid_by
    FROM payee AS y
    JOIN agencies AS a ON a.agency_id = y.agency_id
    WINDOW everyone AS (
        PARTITION BY y.matched_by, y.payee ORDER BY a.name, a.agency_id
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    )
)
SELECT
    y.provider_id,
    coalesce(l.name, min(y.provider_name), y.payee) AS provider,
    y.matched_by,
    count(*) AS agencies,
    y.agency_ids,
    y.paid_by,
    sum(y.payments) AS payments,
    sum(y.amount_pence) AS amount_pence
FROM listed AS y
LEFT JOIN providers AS l ON l.provider_id = y.provider_id
GROUP BY y.matched_by, y.payee
HAVING count(*) > 1
ORDER BY agencies DESC, amount_pence DESC, y.matched_by, y.payee
