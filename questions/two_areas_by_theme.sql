/*
title: Two areas compared, theme by theme
meaning: "Each row is one theme: what budgets say is for each of the two areas, for each of their residents, and the payments for each."
caveats:
  - "Only budget lines and payments that name an area are here. An empty amount means that nobody says, not that nothing is spent."
  - "Money for a larger area is not shared out among the areas inside it: compare a ward with a ward."
  - "For each resident goes by the area's latest number of residents. Payments leave out pay, benefits and all below the thresholds, and are never more than a part."
parameters:
  one: {title: "First area, by its code (needed)", example: "X05000005"}
  other: {title: "Second area, by its code (needed)", example: "X05000006"}
  fy: {title: "Financial year, for example 2024-2025; empty for all", example: "2024-2025"}
columns:
  one_pence: {title: "First area: budget or outturn", unit: gbp}
  one_a_head_pence: {title: "First area: for each resident", unit: gbp}
  one_payments_pence: {title: "First area: payments", unit: gbp}
  other_pence: {title: "Second area: budget or outturn", unit: gbp}
  other_a_head_pence: {title: "Second area: for each resident", unit: gbp}
  other_payments_pence: {title: "Second area: payments", unit: gbp}
draw: {kind: table}
*/
WITH budget AS (
    SELECT
        theme_id,
        sum(amount_pence) FILTER (WHERE area_id = :one) AS one_pence,
        sum(amount_pence) FILTER (WHERE area_id = :other) AS other_pence
    FROM place_total
    WHERE area_id IN (:one, :other) AND (:fy = '' OR substr(fy, 1, 4) = substr(:fy, 1, 4))
    GROUP BY theme_id
),
paid AS (
    SELECT
        theme_id,
        sum(amount_pence) FILTER (WHERE area_id = :one) AS one_pence,
        sum(amount_pence) FILTER (WHERE area_id = :other) AS other_pence
    FROM yearly_spend
    WHERE area_id IN (:one, :other)
        AND (:fy = '' OR substr(fy, 1, 4) = substr(:fy, 1, 4))
    GROUP BY theme_id
)
SELECT
    y.theme_id,
    coalesce(t.title, 'Not stated') AS theme,
    b.one_pence,
    CAST(round(1.0 * b.one_pence / a.population) AS INTEGER) AS one_a_head_pence,
    coalesce(p.one_pence, 0) AS one_payments_pence,
    b.other_pence,
    CAST(round(1.0 * b.other_pence / c.population) AS INTEGER) AS other_a_head_pence,
    coalesce(p.other_pence, 0) AS other_payments_pence
FROM (SELECT theme_id FROM budget UNION SELECT theme_id FROM paid) AS y
LEFT JOIN themes AS t ON t.theme_id = y.theme_id
LEFT JOIN budget AS b ON b.theme_id IS y.theme_id
LEFT JOIN paid AS p ON p.theme_id IS y.theme_id
LEFT JOIN areas AS a ON a.area_id = :one
LEFT JOIN areas AS c ON c.area_id = :other
ORDER BY y.theme_id IS NULL, theme, y.theme_id
