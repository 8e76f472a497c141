/*
title: Is money moving upstream, by payments
meaning: "Each row is one tier of help in one financial year, from prevention to acute, what was paid for it and its share of that year's payments whose tier is known."
caveats:
  - "Payments whose tier is not stated have a row of their own and no share. If that row shrinks, the other rows grow without any money moving."
  - "A share can rise because another tier fell. Read the amounts beside the shares."
  - "Amounts are as paid, not adjusted for inflation, and without pay and benefits. The same question over outturn covers all spending."
parameters:
  programme: {title: "Programme, by its code; empty for all", example: "living-well-at-home"}
columns:
  amount_pence: {title: "Payments, credits taken off", unit: gbp}
  share_bps: {title: "Share of payments with a tier", unit: basis_points}
draw: {kind: bar, x: amount_pence, y: fy, colour: tier}
*/
WITH paid AS (
    SELECT
        fy,
        tier,
        sum(amount_pence) AS amount_pence
    FROM yearly_spend
    WHERE :programme = '' OR programme_id = :programme
    GROUP BY fy, tier
)
SELECT
    fy,
    coalesce(tier, 'not stated') AS tier,
    amount_pence,
    CASE WHEN tier IS NOT NULL THEN
        CAST(round(10000.0 * amount_pence / nullif(sum(amount_pence) OVER (PARTITION BY fy, tier IS NULL), 0)) AS INTEGER)
    END AS share_bps
FROM paid
ORDER BY fy, tier IS NULL, instr('prevention,early,targeted,acute', tier)
