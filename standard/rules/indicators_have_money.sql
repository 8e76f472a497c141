/*
message: "No money can be followed to the indicator {indicator_id}: {lack}."
advice: "If money works towards it, name it in the indicator_id of the project, or give the indicator its programme_id. Else say who is to move it, and with what."
severity: warning
dataset: indicators
why: >
  What is measured and never paid for is a wish. An indicator has money if a project with budgets or payments names it,
  or if its programme has contributions or such a project. Indicators whose definition has ended are left out.
*/
WITH
projects_with_money AS MATERIALIZED (
    SELECT project_id FROM budgets WHERE project_id IS NOT NULL
    UNION
    SELECT project_id FROM spend WHERE project_id IS NOT NULL
),
programmes_with_money AS (
    SELECT programme_id FROM contributions
    UNION
    SELECT programme_id FROM projects JOIN projects_with_money USING (project_id)
)
SELECT
    indicators.rowid AS row_id,
    indicator_id,
    CASE
        WHEN indicator_id NOT IN (SELECT indicator_id FROM projects WHERE indicator_id IS NOT NULL)
            THEN iif(
                programme_id IS NULL,
                'it belongs to no programme, and no project names it',
                'its programme ' || programme_id || ' has no money, and no project names it'
            )
        ELSE 'neither its programme nor the projects that name it have contributions, budgets or payments'
    END AS lack
FROM indicators CROSS JOIN releases
WHERE ifnull(valid_to >= as_of, 1)
    AND ifnull(programme_id NOT IN programmes_with_money, 1)
    AND indicator_id NOT IN (
        SELECT indicator_id FROM projects JOIN projects_with_money USING (project_id) WHERE indicator_id IS NOT NULL
    )
ORDER BY row_id
