/*
title: Credits and refunds
meaning: "Each row is one agency in one financial year: how much came back as credits, beside what it paid out."
caveats:
  - "A credit often puts right a payment made by mistake, sometimes of an earlier year. It is money back, not a saving."
  - "An agency that publishes no credits shows more spending than it had; compare agencies with that in mind."
parameters:
  agency: {title: "Agency, by its code; empty for all", example: "wexmoor-council"}
columns:
  credits: {title: "Credits", unit: count}
  credits_pence: {title: "Came back", unit: gbp}
  largest_credit_pence: {title: "Largest credit", unit: gbp}
  paid_pence: {title: "Paid out", unit: gbp}
  net_pence: {title: "Paid out less what came back", unit: gbp}
  credits_share_bps: {title: "Came back, as a share of what was paid out", unit: basis_points}
draw: {kind: bar, x: credits_share_bps, y: agency, colour: fy}
*/
WITH paid AS (
    SELECT
        agency_id,
        month,
        sum(credits) AS credits,
        sum(credits_pence) AS credits_pence,
        min(largest_credit_pence) AS largest_credit_pence,
        sum(amount_pence) - sum(credits_pence) AS paid_pence
    FROM payee_spend
    WHERE :agency = '' OR agency_id = :agency
    GROUP BY 1, 2
),
by_year AS (
    SELECT
        agency_id,
        -- a financial year starts in April: three months earlier, it is a calendar year
        CAST(strftime('%Y', month || '-01', '-3 months') AS INTEGER) AS year,
        sum(credits) AS credits,
        sum(credits_pence) AS credits_pence,
        min(largest_credit_pence) AS largest_credit_pence,
        sum(paid_pence) AS paid_pence
    FROM paid
    GROUP BY 1, 2
)
SELECT
    y.agency_id,
    a.name AS agency,
    y.year || '-' || (y.year + 1) AS fy,
    y.credits,
    y.credits_pence,
    y.largest_credit_pence,
    y.paid_pence,
    y.paid_pence + y.credits_pence AS net_pence,
    CAST(round(-10000.0 * y.credits_pence / nullif(y.paid_pence, 0)) AS INTEGER) AS credits_share_bps
FROM by_year AS y
JOIN agencies AS a ON a.agency_id = y.agency_id
ORDER BY agency, y.agency_id, y.year
