/*
title: Savings from plan to proof
meaning: "Each row is one saving: what was planned, what the agency claims and what somebody else verified, side by side, and how much of the claim was left when it was checked."
caveats:
  - "The three amounts are views of one saving, side by side and not one after another. Never add them."
  - "A plan may be reckoned over more years than the claim, or in another year's prices: see the years beside each amount. The share is shown only where claim and proof are of equally many years, in the same prices, and both gross or both net."
  - "A blank is not a nought: nobody planned, claimed or verified that saving yet."
parameters:
  programme: {title: "Programme, by its code; empty for all", example: "family-partnership"}
columns:
  planned_pence: {title: "Planned", unit: gbp}
  planned_years: {title: "Planned over years", unit: count}
  claimed_pence: {title: "Claimed by the agency", unit: gbp}
  claimed_years: {title: "Claimed over years", unit: count}
  verified_pence: {title: "Verified by somebody else", unit: gbp}
  verified_years: {title: "Verified over years", unit: count}
  verified_share_bps: {title: "Verified of what was claimed", unit: basis_points}
  stage: {title: "How far it has come"}
  cannot_be_checked: {title: "Phases that cannot be checked"}
draw: {kind: table}
*/
WITH saving AS (
    SELECT
        c.saving_id,
        min(c.fy) AS fy,
        min(c.project_id) AS project_id,
        min(c.agency_id) AS agency_id,
        max(c.is_cashable) AS is_cashable,
        max(c.amount_pence) FILTER (WHERE c.phase = 'planned') AS planned_pence,
        max(s.horizon_years) FILTER (WHERE c.phase = 'planned') AS planned_years,
        max(c.amount_pence) FILTER (WHERE c.phase = 'claimed') AS claimed_pence,
        max(s.horizon_years) FILTER (WHERE c.phase = 'claimed') AS claimed_years,
        max(c.amount_pence) FILTER (WHERE c.phase = 'verified') AS verified_pence,
        max(s.horizon_years) FILTER (WHERE c.phase = 'verified') AS verified_years,
        -- claim and proof speak of the same if they have one reckoning between them
        count(DISTINCT s.horizon_years || ' ' || c.price_year || ' ' || s.basis) FILTER (WHERE c.phase <> 'planned') AS reckonings,
        sum(c.verdict = 'not_estimable') AS cannot_be_checked
    FROM savings_claims AS c
    JOIN savings AS s ON s.saving_id = c.saving_id AND s.phase = c.phase
    GROUP BY c.saving_id
)
SELECT
    s.saving_id,
    s.fy,
    s.project_id,
    p.title AS project,
    p.status AS project_status,
    s.agency_id,
    a.name AS agency,
    s.is_cashable,
    s.planned_pence,
    s.planned_years,
    s.claimed_pence,
    s.claimed_years,
    s.verified_pence,
    s.verified_years,
    iif(s.reckonings = 1 AND s.claimed_pence > 0, s.verified_pence * 10000 / s.claimed_pence, NULL) AS verified_share_bps,
    CASE
        WHEN s.verified_pence IS NOT NULL THEN 'verified'
        WHEN s.claimed_pence IS NOT NULL THEN 'claimed, not verified'
        ELSE 'planned, not claimed'
    END AS stage,
    s.cannot_be_checked
FROM saving AS s
JOIN agencies AS a ON a.agency_id = s.agency_id
LEFT JOIN projects AS p ON p.project_id = s.project_id
WHERE :programme = '' OR p.programme_id = :programme
ORDER BY s.fy, coalesce(s.verified_pence, s.claimed_pence, s.planned_pence) DESC, s.saving_id
