/*
title: Two agencies compared, theme by theme
meaning: "Each row is one theme: what the budgets of the two agencies have for it, which share of all their money that is, and what of it can be seen in payments."
caveats:
  - "Budgets and outturn of whole agencies, pay and benefits included. Each budget line counts with its furthest figure: the outturn where there is one, else the revised, approved or proposed budget."
  - "Agencies have different duties: that one spends less on a theme does not say that it does less than it should."
  - "Payments are published from different thresholds, and some include VAT. What one of the two pays the other is in both."
parameters:
  one: {title: "First agency, by its code (needed)", example: "wexmoor-council"}
  other: {title: "Second agency, by its code (needed)", example: "thornshire-police"}
  fy: {title: "Financial year, for example 2024-2025; empty for all", example: "2024-2025"}
columns:
  one_pence: {title: "First agency: budget or outturn", unit: gbp}
  one_share_bps: {title: "First agency: share of its money", unit: basis_points}
  one_visible_pence: {title: "First agency: visible in payments", unit: gbp}
  other_pence: {title: "Second agency: budget or outturn", unit: gbp}
  other_share_bps: {title: "Second agency: share of its money", unit: basis_points}
  other_visible_pence: {title: "Second agency: visible in payments", unit: gbp}
draw: {kind: table}
*/
WITH part AS (
    SELECT
        theme_id,
        sum(amount_pence) FILTER (WHERE agency_id = :one) AS one_pence,
        sum(visible_pence) FILTER (WHERE agency_id = :one) AS one_visible_pence,
        sum(amount_pence) FILTER (WHERE agency_id = :other) AS other_pence,
        sum(visible_pence) FILTER (WHERE agency_id = :other) AS other_visible_pence
    FROM place_total
    WHERE agency_id IN (:one, :other) AND (:fy = '' OR fy = :fy)
    GROUP BY theme_id
)
SELECT
    p.theme_id,
    coalesce(t.title, 'For no theme') AS theme,
    p.one_pence,
    CAST(round(10000.0 * p.one_pence / nullif(sum(p.one_pence) OVER (), 0)) AS INTEGER) AS one_share_bps,
    p.one_visible_pence,
    p.other_pence,
    CAST(round(10000.0 * p.other_pence / nullif(sum(p.other_pence) OVER (), 0)) AS INTEGER) AS other_share_bps,
    p.other_visible_pence
FROM part AS p
LEFT JOIN themes AS t ON t.theme_id = p.theme_id
ORDER BY p.theme_id IS NULL, theme, p.theme_id
