/*
title: How people's numbers are protected
meaning: "Each row is one column that counts people, or rests on such a count, and how many of its numbers are withheld, hidden besides, rounded or shown exactly."
caveats:
  - "Hidden besides are numbers that are not small themselves: a small one could be worked out from them."
  - "Numbers that are not protected stand at the end, each with its reason."
parameters:
  dataset: {title: "Table, for example caseloads; empty for all", example: "caseloads"}
columns:
  withheld_to: {title: "Withheld up to"}
  hidden_share_bps: {title: "Share withheld or hidden", unit: basis_points}
  rounded_share_bps: {title: "Share rounded", unit: basis_points}
draw: {kind: table}
*/
SELECT
    p.dataset,
    p."column",
    p.method,
    p.withheld_to,
    p.cells,
    p.withheld,
    p.hidden_further,
    p.rounded,
    p.exact,
    CAST(round(10000.0 * (p.withheld + p.hidden_further) / nullif(p.cells, 0)) AS INTEGER) AS hidden_share_bps,
    CAST(round(10000.0 * p.rounded / nullif(p.cells, 0)) AS INTEGER) AS rounded_share_bps,
    p.reason
FROM protection AS p
WHERE :dataset = '' OR p.dataset = :dataset
ORDER BY p.cells = 0, p.dataset, p."column", p.method
