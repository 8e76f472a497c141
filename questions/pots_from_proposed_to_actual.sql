/*
title: Pots from proposed to actual, by arrangement
meaning: "Each row is the money of one programme in one financial year under one arrangement: what was proposed, approved, revised and at last contributed, by how many agencies, and how much of it is settled so far."
caveats:
  - "The four amounts are states of the same money, side by side. Never add them together. The last column takes each contribution once, with its furthest figure."
  - "Only pooled money is one budget with a host. Aligned money stays with each agency, a grant is given away, procurement buys something, and in kind is work, rooms or goods given a value: it is not cash."
parameters:
  fy: {title: "Financial year, for example 2024-2025; empty for all", example: "2024-2025"}
  programme: {title: "Programme, by its code; empty for all", example: "family-partnership"}
columns:
  agencies: {title: "Agencies", unit: count}
  proposed_pence: {title: "Proposed", unit: gbp}
  approved_pence: {title: "Approved", unit: gbp}
  revised_pence: {title: "Revised", unit: gbp}
  actual_pence: {title: "Actual", unit: gbp}
  latest_pence: {title: "Furthest figure of each contribution", unit: gbp}
  change_bps: {title: "Actual less proposed, as a share of proposed", unit: basis_points}
draw: {kind: bar, x: latest_pence, y: programme, colour: arrangement}
*/
WITH pot AS (
    SELECT
        programme_id,
        fy,
        arrangement,
        count(DISTINCT agency_id) AS agencies,
        sum(amount_pence) FILTER (WHERE phase = 'proposed') AS proposed_pence,
        sum(amount_pence) FILTER (WHERE phase = 'approved') AS approved_pence,
        sum(amount_pence) FILTER (WHERE phase = 'revised') AS revised_pence,
        sum(amount_pence) FILTER (WHERE phase = 'actual') AS actual_pence,
        sum(amount_pence) FILTER (WHERE is_latest) AS latest_pence
    FROM pots
    WHERE (:fy = '' OR fy = :fy) AND (:programme = '' OR programme_id = :programme)
    GROUP BY programme_id, fy, arrangement
)
SELECT
    p.programme_id,
    g.title AS programme,
    p.fy,
    p.arrangement,
    p.agencies,
    p.proposed_pence,
    p.approved_pence,
    p.revised_pence,
    p.actual_pence,
    p.latest_pence,
    CAST(round(10000.0 * (p.actual_pence - p.proposed_pence) / nullif(p.proposed_pence, 0)) AS INTEGER) AS change_bps
FROM pot AS p
JOIN programmes AS g ON g.programme_id = p.programme_id
ORDER BY programme, p.programme_id, p.fy, instr('pooled,aligned,grant,procurement,in_kind', p.arrangement)
