/*
title: Budgets against outturn
meaning: "Each row is one agency's budget for one function of government in one financial year, beside what was really spent on it."
caveats:
  - "Only budget lines whose outturn is published are compared. Those still waiting are in a column of their own."
  - "The budget is the revised one where there is one, else the approved one; a line that was never approved counts as a budget of nought."
  - "Spending less than planned is not saving: the work may not have been done, or not yet. Outturn covers all spending, pay and benefits included."
parameters:
  fy: {title: "Financial year, for example 2024-2025; empty for all", example: "2024-2025"}
  agency: {title: "Agency, by its code; empty for all", example: "wexmoor-council"}
columns:
  function: {title: "Function of government (COFOG)"}
  kind: {title: "Revenue or capital"}
  budget_pence: {title: "Budget of the lines with outturn", unit: gbp}
  outturn_pence: {title: "Outturn", unit: gbp}
  difference_pence: {title: "Outturn less budget", unit: gbp}
  difference_bps: {title: "Difference as a share of the budget", unit: basis_points}
  waiting_pence: {title: "Budget still without outturn", unit: gbp}
draw: {kind: table}
*/
WITH budget_line AS (
    -- one row for each budget line, its phases side by side; where they differ, the function and the kind are those of
    -- the furthest phase (beside a single max, SQLite takes the other columns from the row that holds it)
    SELECT
        agency_id, fy, function, kind,
        max(instr('proposed,approved,revised,actual', phase)) AS furthest,
        sum(amount_pence) FILTER (WHERE phase = 'approved') AS approved_pence,
        sum(amount_pence) FILTER (WHERE phase = 'revised') AS revised_pence,
        sum(amount_pence) FILTER (WHERE phase = 'actual') AS actual_pence
    FROM budgets
    WHERE (:fy = '' OR fy = :fy) AND (:agency = '' OR agency_id = :agency)
    GROUP BY budget_id, agency_id, fy
),
compared AS (
    SELECT *, coalesce(revised_pence, approved_pence, 0) AS budget_pence FROM budget_line
),
total AS (
    SELECT
        agency_id,
        fy,
        function,
        kind,
        sum(budget_pence) FILTER (WHERE actual_pence IS NOT NULL) AS budget_pence,
        sum(actual_pence) AS outturn_pence,
        coalesce(sum(budget_pence) FILTER (WHERE actual_pence IS NULL), 0) AS waiting_pence
    FROM compared
    GROUP BY agency_id, fy, function, kind
)
SELECT
    t.agency_id,
    a.name AS agency,
    t.fy,
    t.function,
    t.kind,
    t.budget_pence,
    t.outturn_pence,
    t.outturn_pence - t.budget_pence AS difference_pence,
    CAST(round(10000.0 * (t.outturn_pence - t.budget_pence) / nullif(t.budget_pence, 0)) AS INTEGER) AS difference_bps,
    t.waiting_pence
FROM total AS t
JOIN agencies AS a ON a.agency_id = t.agency_id
ORDER BY agency, t.agency_id, t.fy, t.function, t.kind DESC
