/*
title: Is money moving upstream, by all spending
meaning: "Each row is one tier of help in one financial year, what agencies really spent on it, pay and benefits included, and its share of that year's outturn."
caveats:
  - "Only years for which an agency has published its outturn are in. Compare the number of agencies before you compare two years."
  - "Revenue and capital are kept apart: a new building would swamp the shares."
  - "What one agency pays to another is spending of both, so amounts may overlap. Amounts are as spent, not adjusted for inflation."
parameters:
  agency: {title: "Agency, by its code; empty for all", example: "wexmoor-council"}
columns:
  kind: {title: "Revenue or capital"}
  amount_pence: {title: "Outturn", unit: gbp}
  share_bps: {title: "Share of the year's outturn", unit: basis_points}
  agencies: {title: "Agencies with outturn that year", unit: count}
draw: {kind: bar, x: amount_pence, y: fy, colour: tier}
*/
WITH outturn AS (
    SELECT fy, kind, tier, sum(amount_pence) AS amount_pence
    FROM budgets
    WHERE phase = 'actual' AND (:agency = '' OR agency_id = :agency)
    GROUP BY fy, kind, tier
),
year_total AS (
    SELECT fy, kind, sum(amount_pence) AS amount_pence, count(DISTINCT agency_id) AS agencies
    FROM budgets
    WHERE phase = 'actual' AND (:agency = '' OR agency_id = :agency)
    GROUP BY fy, kind
)
SELECT
    o.fy,
    o.kind,
    o.tier,
    o.amount_pence,
    CAST(round(10000.0 * o.amount_pence / nullif(y.amount_pence, 0)) AS INTEGER) AS share_bps,
    y.agencies
FROM outturn AS o
JOIN year_total AS y ON y.fy = o.fy AND y.kind = o.kind
ORDER BY o.fy, o.kind DESC, instr('prevention,early,targeted,acute', o.tier)
