/*
title: Who pays into which pot
meaning: "Each row is what one agency puts into one programme in one financial year, from one funding stream, in one phase and under one arrangement."
caveats:
  - "Proposed, approved, revised and actual are four states of the same money. Read one phase at a time and never add them."
  - "Pooled money is handed to a host and spent as one budget. Aligned money stays in each agency's own budget and is only planned together."
  - "Money in kind is staff time, buildings or goods given a value. It is not cash."
parameters:
  fy: {title: "Financial year, for example 2024-2025; empty for all", example: "2024-2025"}
  programme: {title: "Programme, by its code; empty for all", example: "family-partnership"}
  phase: {title: "Phase: proposed, approved, revised or actual; empty for all", example: "approved"}
columns:
  stream: {title: "Funding stream"}
  host: {title: "Host of the pool"}
  amount_pence: {title: "Contribution", unit: gbp}
draw: {kind: bar, x: amount_pence, y: agency, colour: arrangement}
*/
SELECT
    c.programme_id,
    p.title AS programme,
    c.fy,
    c.phase,
    c.arrangement,
    c.agency_id,
    a.name AS agency,
    c.stream_id,
    f.title AS stream,
    c.host_agency_id,
    h.name AS host,
    c.agreement_id,
    g.title AS agreement,
    sum(c.amount_pence) AS amount_pence
FROM contributions AS c
JOIN programmes AS p ON p.programme_id = c.programme_id
JOIN agencies AS a ON a.agency_id = c.agency_id
LEFT JOIN funding_streams AS f ON f.stream_id = c.stream_id
LEFT JOIN agencies AS h ON h.agency_id = c.host_agency_id
LEFT JOIN agreements AS g ON g.agreement_id = c.agreement_id
WHERE (:fy = '' OR c.fy = :fy)
    AND (:programme = '' OR c.programme_id = :programme)
    AND (:phase = '' OR c.phase = :phase)
GROUP BY c.programme_id, c.fy, c.phase, c.arrangement, c.agency_id, c.stream_id, c.host_agency_id, c.agreement_id
-- the phases in the order in which money becomes firm
ORDER BY
    programme, c.programme_id, c.fy, instr('proposed,approved,revised,actual', c.phase),
    c.arrangement, amount_pence DESC, c.agency_id, c.stream_id, c.host_agency_id, c.agreement_id
