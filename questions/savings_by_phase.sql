/*
title: Savings planned, claimed and verified
meaning: "Each row adds up the savings of one phase that can be added: of one financial year, one price year, cashable or not, gross or net."
caveats:
  - "Planned, claimed and verified are three views of the same savings. This question has no total over them, and you should make none."
  - "Gross leaves out what it cost to save, net has it taken off. Prices of different years differ. Such rows are kept apart for that reason."
  - "A saving that is not cashable frees staff time or capacity; no budget becomes smaller by it."
parameters:
  fy: {title: "Financial year, for example 2024-2025; empty for all", example: "2025-2026"}
  programme: {title: "Programme, by its code; empty for all", example: "family-partnership"}
columns:
  is_cashable: {title: "Frees money"}
  basis: {title: "Gross or net of cost"}
  savings_count: {title: "Savings in the row", unit: count}
  by_estimate: {title: "Of which by estimate alone", unit: count}
  amount_pence: {title: "Amount, in prices of the price year", unit: gbp}
draw: {kind: table}
*/
SELECT
    s.phase,
    s.fy,
    s.is_cashable,
    s.basis,
    s.price_year,
    count(*) AS savings_count,
    count(*) FILTER (WHERE s.method = 'estimate') AS by_estimate,
    sum(s.amount_pence) AS amount_pence
FROM savings AS s
LEFT JOIN projects AS p ON p.project_id = s.project_id
WHERE (:fy = '' OR s.fy = :fy) AND (:programme = '' OR p.programme_id = :programme)
GROUP BY s.phase, s.fy, s.is_cashable, s.basis, s.price_year
ORDER BY instr('planned,claimed,verified', s.phase), s.fy, s.is_cashable DESC, s.basis, s.price_year
