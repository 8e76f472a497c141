/*
title: Targets and rewards of a deal, and where they stand
meaning: "Each row is one target of an agreement that carries a reward: where it was to go, what was expected anyway, what came, how much of the way was achieved, and what of the reward is due or why it is not."
caveats:
  - "A reward is for what goes beyond what was expected anyway. Under 60 % of that nothing is paid; from 60 % on that share, and never more than the whole."
  - "The target is the one in force when the agreement was signed or last amended. Where the partnership has moved its own target since, the state of the indicator in the last columns is judged by the new one."
  - "A provisional outcome, or one that is not there yet, is not payable yet; that is not a no."
parameters:
  agreement: {title: "Agreement, by its code; empty for all", example: "wexmoor-laa"}
columns:
  unit: {title: "Unit of the values"}
  target: {title: "Target"}
  without_agreement: {title: "Expected anyway"}
  value: {title: "Outcome"}
  achieved_bps: {title: "Achieved of the way between", unit: basis_points}
  reward_pence: {title: "Reward for all of it", unit: gbp}
  due_pence: {title: "Due", unit: gbp}
  reason: {title: "Why"}
  target_now: {title: "The partnership's own target now"}
  status_now: {title: "State of the indicator against that"}
draw: {kind: table}
*/
SELECT
    s.agreement_id,
    g.title AS agreement,
    g.with_agency_id,
    a.name AS made_with,
    s.target_id,
    s.indicator_id,
    i.title AS indicator,
    i.unit,
    s.area_id,
    w.name AS area,
    s.period,
    s.without_agreement,
    s.target,
    s.value,
    s.achieved_bps,
    s.reward_pence,
    s.due_pence,
    s.verdict,
    s.reason,
    p.target AS target_now,
    p.status AS status_now
FROM agreement_settlement AS s
JOIN agreements AS g ON g.agreement_id = s.agreement_id
JOIN agencies AS a ON a.agency_id = g.with_agency_id
JOIN indicators AS i ON i.indicator_id = s.indicator_id
JOIN areas AS w ON w.area_id = s.area_id
LEFT JOIN progress AS p ON p.indicator_id = s.indicator_id AND p.area_id = s.area_id
WHERE :agreement = '' OR s.agreement_id = :agreement
ORDER BY agreement, s.agreement_id, instr('payable,not_payable_yet,not_payable', s.verdict), s.due_pence DESC, indicator, s.target_id
