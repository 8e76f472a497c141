/*
title: Money without an indicator
meaning: "Each row is a project or a programme that has money and no indicator: nothing is measured that would show whether the money works."
caveats:
  - "Budgets and payments overlap, payments are a part of the budget: never add them. Contributions are what was put into the pot, budgets what was planned or spent from it."
  - "Of budgets and contributions the latest phase there is counts: actual, revised, approved, proposed. All years are added up."
  - "A programme is here only if neither it nor any of its projects has an indicator."
  - "Money that no project or programme claims is not here: see how far the pound can be followed."
columns:
  kind: {title: "Project or programme"}
  id: {title: "Code"}
  contributions_pence: {title: "Contributions to the pot", unit: gbp}
  budget_pence: {title: "Budgets", unit: gbp}
  payments_pence: {title: "Payments", unit: gbp}
draw: {kind: bar, x: budget_pence, y: title, colour: kind}
*/
WITH phases(phase, rank) AS (
    VALUES ('proposed', 1), ('approved', 2), ('revised', 3), ('actual', 4)
),
budget AS (
    SELECT project_id, sum(amount_pence) AS pence
    FROM (
        SELECT b.*, row_number() OVER (PARTITION BY b.budget_id ORDER BY f.rank DESC) AS place
        FROM budgets AS b
        JOIN phases AS f ON f.phase = b.phase
        WHERE b.project_id IS NOT NULL
    )
    WHERE place = 1
    GROUP BY project_id
),
contribution AS (
    SELECT programme_id, sum(amount_pence) AS pence
    FROM (
        SELECT c.*, row_number() OVER (PARTITION BY c.contribution_id ORDER BY f.rank DESC) AS place
        FROM contributions AS c
        JOIN phases AS f ON f.phase = c.phase
    )
    WHERE place = 1
    GROUP BY programme_id
),
paid AS (
    SELECT project_id, sum(amount_pence) AS pence FROM yearly_spend WHERE project_id IS NOT NULL GROUP BY project_id
),
project AS (
    SELECT j.*, b.pence AS budget_pence, p.pence AS payments_pence
    FROM projects AS j
    LEFT JOIN budget AS b ON b.project_id = j.project_id
    LEFT JOIN paid AS p ON p.project_id = j.project_id
),
lacking AS (
    SELECT
        'project' AS kind,
        project_id AS id,
        title,
        programme_id,
        status,
        NULL AS contributions_pence,
        budget_pence,
        payments_pence
    FROM project
    WHERE indicator_id IS NULL
    UNION ALL
    SELECT
        'programme',
        g.programme_id,
        g.title,
        g.programme_id,
        NULL,
        c.pence,
        sum(j.budget_pence),
        sum(j.payments_pence)
    FROM programmes AS g
    LEFT JOIN contribution AS c ON c.programme_id = g.programme_id
    LEFT JOIN project AS j ON j.programme_id = g.programme_id
    WHERE g.programme_id NOT IN (SELECT programme_id FROM indicators WHERE programme_id IS NOT NULL)
    GROUP BY g.programme_id
    HAVING count(j.indicator_id) = 0
)
SELECT
    l.kind,
    l.id,
    l.title,
    l.programme_id,
    g.title AS programme,
    l.status,
    l.contributions_pence,
    l.budget_pence,
    l.payments_pence
FROM lacking AS l
JOIN programmes AS g ON g.programme_id = l.programme_id
WHERE coalesce(l.contributions_pence, l.budget_pence, l.payments_pence) IS NOT NULL
ORDER BY l.kind, coalesce(l.budget_pence, l.contributions_pence, l.payments_pence) DESC, l.id
