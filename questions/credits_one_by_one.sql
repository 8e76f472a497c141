/*
title: Credits, one by one
meaning: "Each row is one credit: a payment that came back, with the payment of the same agency to the same payee over the same amount that came before it, where there is one and the payee is on the list of providers."
caveats:
  - "A credit often puts right a payment made by mistake; the payment shown is the latest before it that fits, and is not stated by anybody to be the one."
  - "The 500 largest are here. An agency that publishes no credits has no rows."
parameters:
  agency: {title: "Agency, by its code (needed)", example: "wexmoor-nhs"}
  fy: {title: "Financial year (needed)", example: "2025-2026"}
columns:
  amount_pence: {title: "Credit", unit: gbp}
  paid_before: {title: "Paid before on"}
  paid_file_id: {title: "File of that payment"}
  paid_line: {title: "Line of that payment"}
draw: {kind: table}
*/
WITH credit AS (
    SELECT *
    FROM spend
    WHERE agency_id = :agency
        AND payment_date BETWEEN substr(:fy, 1, 4) || '-04-01' AND (substr(:fy, 1, 4) + 1) || '-03-31'
        AND amount_pence < 0
    ORDER BY amount_pence, file_id, line
    LIMIT 500
),
fit AS (
    SELECT
        c.file_id,
        c.line,
        p.payment_date AS paid_before,
        p.file_id AS paid_file_id,
        p.line AS paid_line,
        row_number() OVER (PARTITION BY c.file_id, c.line ORDER BY p.payment_date DESC, p.file_id, p.line) AS nearness
    FROM credit AS c
    -- few credits, then the payments of each one's payee: a plus keeps SQLite from reading all of the agency's
    CROSS JOIN spend AS p
    WHERE p.provider_id = c.provider_id
        AND +p.agency_id = c.agency_id
        AND p.amount_pence = -c.amount_pence
        AND p.payment_date <= c.payment_date
)
SELECT
    c.payment_date,
    c.agency_id,
    a.name AS agency,
    c.provider_id,
    c.provider_name AS provider,
    c.purpose,
    c.amount_pence,
    f.paid_before,
    f.paid_file_id,
    f.paid_line,
    c.file_id,
    c.line
FROM credit AS c
LEFT JOIN fit AS f ON f.file_id = c.file_id AND f.line = c.line AND f.nearness = 1
LEFT JOIN agencies AS a ON a.agency_id = c.agency_id
ORDER BY c.amount_pence, c.file_id, c.line
