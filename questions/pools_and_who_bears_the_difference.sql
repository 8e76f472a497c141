/*
title: Pools, and who bears an overspend
meaning: "Each row is what one agency puts into one pooled fund in one financial year, with the host and manager of the pool, its part of the pool, and by which rule a difference at the year's end is borne or kept."
caveats:
  - "Only pooled money is here: aligned, granted and bought work, and work in kind, have no pool and no host."
  - "Each contribution is taken once, with its furthest figure; planned says how much of it is not yet actual. Its part of the pool is its share of a difference only under the rule contribution_shares."
  - "A pool is the contributions of one programme under one agreement and host. The manager is an office, never a person."
parameters:
  fy: {title: "Financial year, for example 2024-2025; empty for all", example: "2024-2025"}
columns:
  amount_pence: {title: "Contribution", unit: gbp}
  planned_pence: {title: "Of which not actual yet", unit: gbp}
  pool_pence: {title: "The whole pool", unit: gbp}
  share_of_pool_bps: {title: "Its part of the pool", unit: basis_points}
  pool_manager: {title: "Managed by"}
  variance_rule: {title: "Rule for a difference"}
  who_bears_it: {title: "What the rule means"}
draw: {kind: bar, x: amount_pence, y: pool, colour: agency}
*/
WITH pooled AS (
    SELECT
        programme_id,
        agreement_id,
        host_agency_id,
        fy,
        agency_id,
        sum(amount_pence) AS amount_pence,
        coalesce(sum(amount_pence) FILTER (WHERE phase <> 'actual'), 0) AS planned_pence
    FROM pots
    WHERE arrangement = 'pooled' AND is_latest AND (:fy = '' OR fy = :fy)
    GROUP BY programme_id, agreement_id, host_agency_id, fy, agency_id
),
whole AS (
    SELECT
        *,
        sum(amount_pence) OVER (PARTITION BY programme_id, agreement_id, host_agency_id, fy) AS pool_pence
    FROM pooled
)
SELECT
    p.programme_id,
    g.title AS pool,
    p.agreement_id,
    y.title AS agreement,
    p.fy,
    p.agency_id,
    a.name AS agency,
    p.amount_pence,
    p.planned_pence,
    p.pool_pence,
    CAST(round(10000.0 * p.amount_pence / nullif(p.pool_pence, 0)) AS INTEGER) AS share_of_pool_bps,
    p.host_agency_id,
    h.name AS host,
    y.pool_manager,
    y.variance_rule,
    CASE y.variance_rule
        WHEN 'contribution_shares' THEN 'everybody, in proportion to what they contributed'
        WHEN 'host' THEN 'the host alone'
        WHEN 'carried_forward' THEN 'nobody yet: it is taken into the next year'
        WHEN 'agreed_case_by_case' THEN 'whoever the members agree on, each time anew'
        ELSE 'no rule is published'
    END AS who_bears_it
FROM whole AS p
JOIN programmes AS g ON g.programme_id = p.programme_id
JOIN agencies AS a ON a.agency_id = p.agency_id
LEFT JOIN agencies AS h ON h.agency_id = p.host_agency_id
LEFT JOIN agreements AS y ON y.agreement_id = p.agreement_id
ORDER BY pool, p.programme_id, p.agreement_id, p.host_agency_id, p.fy, p.amount_pence DESC, p.agency_id
