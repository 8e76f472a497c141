/*
title: How agencies measure their payments
meaning: "Each row is one agency that publishes payments: from which amount on, with or without VAT, what is left out, and whether most others of the place do it in another way."
caveats:
  - "A total over agencies that measure differently is approximate. Which way is the usual one is counted by agencies, not by money; with as many on either side, the lower threshold, and the first basis by name, stand for it."
  - "An agency that has not said how it measures differs from all that have."
columns:
  amount_pence: {title: "Payments, credits taken off", unit: gbp}
  spend_threshold_pence: {title: "Published from", unit: gbp}
  usual_threshold_pence: {title: "Most agencies publish from", unit: gbp}
  is_other_threshold: {title: "Has another threshold than most"}
  amount_basis: {title: "VAT"}
  usual_basis: {title: "VAT with most agencies"}
  is_other_basis: {title: "Has another basis than most"}
  spend_scope: {title: "What the payments cover"}
draw: {kind: table}
*/
WITH paid AS (
    SELECT agency_id, sum(amount_pence) AS amount_pence, min(first_month) AS first_month, max(last_month) AS last_month
    FROM yearly_spend
    GROUP BY agency_id
),
measured AS (
    SELECT a.*, p.amount_pence, p.first_month, p.last_month
    FROM paid AS p
    JOIN agencies AS a ON a.agency_id = p.agency_id
),
usual AS (
    SELECT
        (
            SELECT spend_threshold_pence
            FROM measured
            WHERE spend_threshold_pence IS NOT NULL
            GROUP BY spend_threshold_pence
            ORDER BY count(*) DESC, spend_threshold_pence
            LIMIT 1
        ) AS threshold_pence,
        (
            SELECT amount_basis
            FROM measured
            WHERE amount_basis IS NOT NULL
            GROUP BY amount_basis
            ORDER BY count(*) DESC, amount_basis
            LIMIT 1
        ) AS basis
)
SELECT
    m.agency_id,
    m.name AS agency,
    m.amount_pence,
    m.first_month,
    m.last_month,
    m.spend_threshold_pence,
    u.threshold_pence AS usual_threshold_pence,
    m.spend_threshold_pence IS NOT u.threshold_pence AS is_other_threshold,
    m.amount_basis,
    u.basis AS usual_basis,
    m.amount_basis IS NOT u.basis AS is_other_basis,
    m.spend_scope
FROM measured AS m
CROSS JOIN usual AS u
ORDER BY is_other_threshold + is_other_basis DESC, m.amount_pence DESC, m.agency_id
