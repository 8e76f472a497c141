/*
title: Projects that were stopped, and what they taught
meaning: "Each row is a project that was stopped: why, what had been spent on it by then, what it was still to reach and to save, and what was learnt. A project with several lessons has a row for each."
caveats:
  - "Stopping what does not work is not a failure of those who stopped it. A project that is never stopped may be one at which nobody looked."
  - "Outturn adds up all years published so far, pay included; payments that name the project are a part of it. Never add the two."
  - "A saving that was planned and is not claimed was not made. Savings are counted, because their amounts may be in prices of different years."
  - "A blank lesson means that nobody has written one down yet."
parameters:
  programme: {title: "Programme, by its code; empty for all", example: "living-well-at-home"}
columns:
  starts: {title: "First day"}
  ends: {title: "Last day, stopped or as planned"}
  stopped_reason: {title: "Why it was stopped"}
  owner: {title: "Answers for it"}
  outturn_pence: {title: "Outturn of its budget lines", unit: gbp}
  payments_pence: {title: "Payments that name it", unit: gbp}
  milestones_open: {title: "Milestones never reached", unit: count}
  savings_planned: {title: "Savings planned", unit: count}
  savings_claimed: {title: "Of which claimed or verified", unit: count}
  lesson: {title: "What was learnt"}
  happened: {title: "What happened"}
  advice: {title: "Advice to others"}
draw: {kind: table}
*/
WITH spent AS (
    SELECT project_id, sum(amount_pence) AS pence FROM budgets WHERE phase = 'actual' GROUP BY project_id
),
paid AS (
    SELECT project_id, sum(amount_pence) AS pence FROM yearly_spend WHERE project_basis = 'stated' GROUP BY project_id
),
waiting AS (
    SELECT project_id, count(*) AS milestones FROM milestones WHERE done IS NULL GROUP BY project_id
),
saved AS (
    SELECT
        project_id,
        count(DISTINCT saving_id) FILTER (WHERE phase = 'planned') AS planned,
        count(DISTINCT saving_id) FILTER (WHERE phase = 'planned' AND is_followed) AS claimed
    FROM (
        SELECT
            project_id,
            saving_id,
            phase,
            max(phase <> 'planned') OVER (PARTITION BY saving_id) AS is_followed
        FROM savings
    )
    GROUP BY project_id
)
SELECT
    p.project_id,
    p.title AS project,
    p.programme_id,
    g.title AS programme,
    p.owner_agency_id,
    a.name AS owner,
    p.starts,
    p.ends,
    p.stopped_reason,
    s.pence AS outturn_pence,
    t.pence AS payments_pence,
    coalesce(w.milestones, 0) AS milestones_open,
    coalesce(v.planned, 0) AS savings_planned,
    coalesce(v.claimed, 0) AS savings_claimed,
    l.lesson_id,
    l.title AS lesson,
    l.happened,
    l.advice
FROM projects AS p
JOIN programmes AS g ON g.programme_id = p.programme_id
LEFT JOIN agencies AS a ON a.agency_id = p.owner_agency_id
LEFT JOIN spent AS s ON s.project_id = p.project_id
LEFT JOIN paid AS t ON t.project_id = p.project_id
LEFT JOIN waiting AS w ON w.project_id = p.project_id
LEFT JOIN saved AS v ON v.project_id = p.project_id
LEFT JOIN lessons AS l ON l.project_id = p.project_id
WHERE p.status = 'stopped' AND (:programme = '' OR p.programme_id = :programme)
ORDER BY p.ends DESC, p.project_id, l.published_on, l.lesson_id
