/*
title: What each agency owes or is due
meaning: "Each row is one agency and one ground on which it owes money or is owed: its part in the savings of a programme, or the rewards of a scheme, with what is settled and what still waits to be checked."
caveats:
  - "Shared savings: what the agreement comes to; whether it has been paid is not published. Rewards: what is due by the published rates and checked, less what was paid."
  - "Rewards for targets of agreements are not here, because no agreement says which agency they go to. They have a question of their own."
  - "Over all agencies the column sums to nothing: what one is owed another owes."
parameters:
  agency: {title: "Agency, by its code; empty for all", example: "wexmoor-council"}
columns:
  ground: {title: "On what ground"}
  source_id: {title: "Programme or scheme, by its code"}
  year: {title: "Year of the savings, or in which the work began"}
  due_pence: {title: "Owed to it (below nought: it owes)", unit: gbp}
  waiting_pence: {title: "Claimed and not checked yet", unit: gbp}
draw: {kind: bar, x: due_pence, y: agency, colour: ground}
*/
WITH reward AS (
    SELECT
        scheme_id,
        attached_fy,
        agency_id,
        payer_agency_id,
        sum(checked_pence - paid_pence) AS open_pence,
        sum(due_pence - checked_pence) AS waiting_pence
    FROM reward_settlement
    WHERE payer_agency_id IS NOT NULL
    GROUP BY scheme_id, attached_fy, agency_id, payer_agency_id
),
entry AS (
    SELECT agency_id, 'shared savings' AS ground, programme_id AS source_id, fy AS year, due_pence, 0 AS waiting_pence
    FROM benefit_settlement
    WHERE due_pence IS NOT NULL
    UNION ALL
    SELECT agency_id, 'rewards claimed', scheme_id, attached_fy, open_pence, waiting_pence FROM reward
    UNION ALL
    SELECT payer_agency_id, 'rewards to pay', scheme_id, attached_fy, -open_pence, -waiting_pence FROM reward
)
SELECT
    e.agency_id,
    a.name AS agency,
    e.ground,
    e.source_id,
    e.year,
    sum(e.due_pence) AS due_pence,
    sum(e.waiting_pence) AS waiting_pence
FROM entry AS e
JOIN agencies AS a ON a.agency_id = e.agency_id
WHERE :agency = '' OR e.agency_id = :agency
GROUP BY e.agency_id, e.ground, e.source_id, e.year
-- what is settled and paid needs no row
HAVING sum(e.due_pence) <> 0 OR sum(e.waiting_pence) <> 0
ORDER BY agency, e.agency_id, e.ground DESC, e.source_id, e.year
