/*
message: "The {kind} {name} has {money}, and no indicator."
advice: "Name an indicator in indicator_id that would show whether the money works; if there is none yet, agree on one."
severity: warning
field: indicator_id
why: >
  Money without an indicator cannot be followed to an outcome. A project has an indicator if it names one; a programme
  if one belongs to it or a project of it names one. Of budgets and contributions the latest phase counts: actual,
  revised, approved or proposed. Payments stand beside budgets, not on top of them: they are part of the same money.
*/
WITH
phases (phase, rank) AS (VALUES ('proposed', 1), ('approved', 2), ('revised', 3), ('actual', 4)),
-- the row of the latest phase gives its amount, as SQLite has it of columns beside max()
budgeted AS (
    SELECT project_id, sum(amount_pence) AS pence
    FROM (SELECT project_id, amount_pence, max(rank) FROM budgets JOIN phases USING (phase) GROUP BY budget_id)
    WHERE project_id IS NOT NULL
    GROUP BY project_id
),
contributed AS (
    SELECT programme_id, sum(amount_pence) AS pence
    FROM (
        SELECT programme_id, amount_pence, max(rank) FROM contributions JOIN phases USING (phase) GROUP BY contribution_id
    )
    GROUP BY programme_id
),
paid AS (SELECT project_id, sum(amount_pence) AS pence FROM spend WHERE project_id IS NOT NULL GROUP BY project_id),
money AS (
    SELECT
        project_id, programme_id, indicator_id,
        ifnull(budgeted.pence, 0) AS budgeted, ifnull(paid.pence, 0) AS paid,
        budgeted.pence IS NOT NULL OR paid.pence IS NOT NULL AS has_money
    FROM projects LEFT JOIN budgeted USING (project_id) LEFT JOIN paid USING (project_id)
),
lacking AS (
    SELECT
        'projects' AS dataset, projects.rowid AS row_id, 'project' AS kind, project_id AS name,
        printf('£%,d in budgets and £%,d in payments', round(budgeted / 100.0), round(paid / 100.0)) AS money
    FROM projects JOIN money USING (project_id)
    WHERE money.indicator_id IS NULL AND has_money
    UNION ALL
    SELECT
        'programmes', programmes.rowid, 'programme', programme_id,
        printf(
            '£%,d in contributions, £%,d in budgets and £%,d in payments',
            round(ifnull(contributed.pence, 0) / 100.0),
            round(total(budgeted) / 100.0),
            round(total(paid) / 100.0)
        )
    FROM programmes
    LEFT JOIN contributed USING (programme_id)
    LEFT JOIN money USING (programme_id)
    WHERE programme_id NOT IN (SELECT programme_id FROM indicators WHERE programme_id IS NOT NULL)
    GROUP BY programme_id
    HAVING count(money.indicator_id) = 0 AND (contributed.pence IS NOT NULL OR max(has_money))
)
SELECT dataset, row_id, kind, name, money
FROM lacking
ORDER BY dataset, row_id
