/*
title: What each deal came to
meaning: "Each row is one agreement: who made it and how many have signed, how many things were asked for and how they were answered, and how many targets carried a reward, how much was on offer and how much is due."
caveats:
  - "Asks and targets are counted, not weighed: one granted ask may matter more than five refused."
  - "Due is what is settled so far. Targets whose outcome is still missing or provisional are counted beside it."
  - "An agreement with neither asks nor targets is not empty; see its aims."
parameters:
  status: {title: "Status: proposed, negotiating, agreed, refused or ended; empty for all", example: "agreed"}
columns:
  made_with: {title: "Made with"}
  parties: {title: "Parties", unit: count}
  parties_signed: {title: "Have signed", unit: count}
  days_to_sign: {title: "Days from the first signature to the last", unit: days}
  asks_made: {title: "Asks", unit: count}
  asks_granted: {title: "Granted", unit: count}
  asks_partly: {title: "Partly granted", unit: count}
  asks_refused: {title: "Refused", unit: count}
  asks_awaited: {title: "Not answered yet", unit: count}
  reward_targets: {title: "Targets with a reward", unit: count}
  targets_earned: {title: "Of which earned something", unit: count}
  targets_open: {title: "Of which not settled yet", unit: count}
  on_offer_pence: {title: "Rewards on offer", unit: gbp}
  due_pence: {title: "Rewards due so far", unit: gbp}
draw: {kind: table}
*/
WITH party AS (
    SELECT
        agreement_id,
        count(*) AS parties,
        count(signed_on) AS parties_signed,
        CAST(julianday(max(signed_on)) - julianday(min(signed_on)) AS INTEGER) AS days_to_sign
    FROM agreement_parties
    GROUP BY agreement_id
),
ask AS (
    SELECT
        agreement_id,
        count(*) AS made,
        sum(answer IS 'granted') AS granted,
        sum(answer IS 'partly') AS partly,
        sum(answer IS 'refused') AS refused,
        sum(answer IS NULL) AS awaited
    FROM asks
    GROUP BY agreement_id
),
reward AS (
    SELECT
        agreement_id,
        count(*) AS targets,
        sum(due_pence > 0) AS earned,
        sum(verdict = 'not_payable_yet') AS still_open,
        sum(reward_pence) AS on_offer_pence,
        sum(due_pence) AS due_pence
    FROM agreement_settlement
    GROUP BY agreement_id
)
SELECT
    g.agreement_id,
    g.title AS agreement,
    g.kind,
    g.status,
    g.with_agency_id,
    w.name AS made_with,
    g.signed_on,
    g.starts,
    g.ends,
    coalesce(p.parties, 0) AS parties,
    coalesce(p.parties_signed, 0) AS parties_signed,
    p.days_to_sign,
    coalesce(k.made, 0) AS asks_made,
    coalesce(k.granted, 0) AS asks_granted,
    coalesce(k.partly, 0) AS asks_partly,
    coalesce(k.refused, 0) AS asks_refused,
    coalesce(k.awaited, 0) AS asks_awaited,
    coalesce(r.targets, 0) AS reward_targets,
    coalesce(r.earned, 0) AS targets_earned,
    coalesce(r.still_open, 0) AS targets_open,
    r.on_offer_pence,
    r.due_pence,
    g.aims
FROM agreements AS g
JOIN agencies AS w ON w.agency_id = g.with_agency_id
LEFT JOIN party AS p ON p.agreement_id = g.agreement_id
LEFT JOIN ask AS k ON k.agreement_id = g.agreement_id
LEFT JOIN reward AS r ON r.agreement_id = g.agreement_id
WHERE :status = '' OR g.status = :status
ORDER BY g.signed_on IS NULL, g.signed_on, agreement, g.agreement_id
