/*
title: Savings, judged against what the old service cost
meaning: "Each row is one saving in one phase, whether it can be checked and why, and how large it is against what the service that it replaced cost in its last whole year: under 10 %, or 10, 15 or 20 % and more."
caveats:
  - "Planned, claimed and verified are three views of the same saving. Read one phase at a time and never add them."
  - "Not estimable does not mean that nothing was saved. It means that the saving does not give what anybody would need to check it."
  - "Only a saving that names an ended service has a base. The base is the outturn of its last whole financial year, in the prices of the saving; a saving reckoned over several years is compared by its yearly part."
  - "A large share of the base is no praise by itself: what the new service costs is in a gross saving still to be taken off."
parameters:
  phase: {title: "Phase: planned, claimed or verified; empty for all", example: "verified"}
  verdict: {title: "Verdict: planned, claimed, verified or not_estimable; empty for all", example: "verified"}
  programme: {title: "Programme, by its code; empty for all", example: "family-partnership"}
columns:
  verdict: {title: "Verdict"}
  reasons: {title: "Why"}
  amount_pence: {title: "Saving, in prices of the price year", unit: gbp}
  is_cashable: {title: "Frees money"}
  basis: {title: "Gross or net of cost"}
  base_pence: {title: "What the old service cost in its last whole year", unit: gbp}
  share_bps: {title: "A year's saving as a share of that", unit: basis_points}
  against_base: {title: "Against 10, 15 and 20 %"}
draw: {kind: table}
*/
SELECT
    c.saving_id,
    c.phase,
    c.verdict,
    c.reasons,
    c.project_id,
    p.title AS project,
    c.agency_id,
    a.name AS agency,
    c.fy,
    c.price_year,
    c.amount_pence,
    c.is_cashable,
    s.basis,
    s.horizon_years,
    c.service_id,
    v.title AS old_service,
    c.base_fy,
    c.base_pence,
    c.share_bps,
    CASE
        WHEN c.base_reason IS NOT NULL THEN c.base_reason
        WHEN c.reaches_bps IS NULL THEN 'not judged: the saving cannot be checked'
        WHEN c.reaches_bps = 0 THEN 'under 10 %'
        ELSE (c.reaches_bps / 100) || ' % or more'
    END AS against_base,
    s.evidence
FROM savings_claims AS c
JOIN savings AS s ON s.saving_id = c.saving_id AND s.phase = c.phase
JOIN agencies AS a ON a.agency_id = c.agency_id
LEFT JOIN projects AS p ON p.project_id = c.project_id
LEFT JOIN services AS v ON v.service_id = c.service_id
WHERE (:phase = '' OR c.phase = :phase)
    AND (:verdict = '' OR c.verdict = :verdict)
    AND (:programme = '' OR p.programme_id = :programme)
ORDER BY c.fy, instr('planned,claimed,verified', c.phase), c.base_pence IS NULL, c.amount_pence DESC, c.saving_id
