/*
title: Business cases side by side
meaning: "Each row is one business case: what it costs, what it is expected to save, what is left, how many pounds come back for each pound, and in which year it has paid for itself."
caveats:
  - "A business case is what somebody expected beforehand. What came of it is among the savings and the outcomes."
  - "All amounts are as they are worth in the first year of the case, in its prices, with a correction for optimism. Cases of different base years are not in the same prices."
  - "Cashable is the part that could really be taken out of a budget; the rest frees time or room, or spares people harm."
  - "A superseded case has been replaced and is here so that nobody has to take the memory of it on trust."
parameters:
  status: {title: "Status: draft, agreed or superseded; empty for all", example: "agreed"}
columns:
  cost_pence: {title: "Cost", unit: gbp}
  fiscal_pence: {title: "Saved by public agencies", unit: gbp}
  cashable_pence: {title: "Of which cashable", unit: gbp}
  public_pence: {title: "With the gains of economy and people", unit: gbp}
  npv_fiscal_pence: {title: "Left for public agencies", unit: gbp}
  npv_public_pence: {title: "Left for all", unit: gbp}
  bcr_fiscal: {title: "Back for each pound, to public agencies"}
  bcr_public: {title: "Back for each pound, to all"}
  payback_year: {title: "Paid back in year, counted from 0"}
  discount_bps: {title: "Discount rate", unit: basis_points}
  judged: {title: "In short"}
draw: {kind: table}
*/
SELECT
    b.case_id,
    b.title AS business_case,
    b.version,
    b.status,
    b.project_id,
    p.title AS project,
    p.status AS project_status,
    b.counterfactual,
    b.base_year,
    b.years,
    b.discount_bps,
    r.cost_pence,
    r.fiscal_pence,
    r.cashable_pence,
    r.public_pence,
    r.npv_fiscal_pence,
    r.npv_public_pence,
    r.bcr_fiscal,
    r.bcr_public,
    r.payback_year,
    CASE
        WHEN r.npv_public_pence IS NULL THEN 'cannot be worked out'
        WHEN r.cashable_pence >= r.cost_pence THEN 'pays for itself in money that can be taken out of budgets'
        WHEN r.npv_fiscal_pence >= 0 THEN 'pays for itself to public agencies, but not in cash'
        WHEN r.npv_public_pence >= 0 THEN 'worth it only with the gains of economy and people'
        ELSE 'does not pay for itself'
    END AS judged,
    r.reasons
FROM case_results AS r
JOIN business_cases AS b ON b.case_id = r.case_id
LEFT JOIN projects AS p ON p.project_id = b.project_id
WHERE :status = '' OR b.status = :status
ORDER BY instr('agreed,draft,superseded', b.status), r.npv_fiscal_pence DESC, b.case_id
