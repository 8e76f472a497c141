/*
title: Indicators without money
meaning: "Each row is an indicator that no money can be followed to: no project with money names it, and its programme has none, or it has no programme."
caveats:
  - "Money has a project with budgets or payments, and a programme with contributions or such a project."
  - "Some things get better without money of their own, and some are only watched. What is measured, wanted and not paid for is a wish."
  - "The verdict is for the whole place. Indicators that are no longer used are left out."
columns:
  projects: {title: "Projects that name it", unit: count}
  target: {title: "Target"}
  status: {title: "Verdict"}
  lacks: {title: "Where the thread ends"}
draw: {kind: table}
*/
WITH project_with_money AS (
    SELECT project_id FROM budgets WHERE project_id IS NOT NULL
    UNION
    SELECT project_id FROM yearly_spend WHERE project_id IS NOT NULL
),
programme_with_money AS (
    SELECT programme_id FROM contributions
    UNION
    SELECT j.programme_id FROM projects AS j JOIN project_with_money AS m ON m.project_id = j.project_id
),
named AS (
    SELECT
        j.indicator_id,
        count(*) AS projects,
        count(m.project_id) AS with_money
    FROM projects AS j
    LEFT JOIN project_with_money AS m ON m.project_id = j.project_id
    WHERE j.indicator_id IS NOT NULL
    GROUP BY j.indicator_id
),
verdict AS (
    SELECT p.indicator_id, p.target, p.status, p.reason
    FROM progress AS p
    JOIN areas AS a ON a.area_id = p.area_id
    WHERE a.parent_id IS NULL
)
SELECT
    i.indicator_id,
    i.title AS indicator,
    i.theme_id,
    t.title AS theme,
    i.programme_id,
    g.title AS programme,
    coalesce(n.projects, 0) AS projects,
    CASE
        WHEN n.projects > 0 THEN 'projects name it, without money'
        WHEN i.programme_id IS NOT NULL THEN 'its programme has no money'
        ELSE 'no programme, no project'
    END AS lacks,
    v.target,
    i.unit,
    v.status,
    v.reason
FROM indicators AS i
CROSS JOIN releases AS r
JOIN themes AS t ON t.theme_id = i.theme_id
LEFT JOIN programmes AS g ON g.programme_id = i.programme_id
LEFT JOIN named AS n ON n.indicator_id = i.indicator_id
LEFT JOIN verdict AS v ON v.indicator_id = i.indicator_id
WHERE (i.valid_to IS NULL OR i.valid_to >= r.as_of)
    AND coalesce(n.with_money, 0) = 0
    AND (i.programme_id IS NULL OR i.programme_id NOT IN (SELECT programme_id FROM programme_with_money))
ORDER BY theme, i.theme_id, indicator, i.indicator_id
