/*
The place's public money from budgets, and beside it what can be followed down to payments.

Every budget line counts once in each financial year, with the furthest phase published of it: actual (the outturn), else
revised, approved or proposed; source names it. A line's theme is that of the project it names; a service's own project
is not taken for the line's.

visible is what published payments of the same agency, year, function, tier, theme and area add up to, credits taken off.
A payment's project and area may be stated or allocated, its function and tier may come from its service, as in
place_spend. Payments for which no such budget is published have rows of their own, without source and amount, so that
every penny of the published payments is visible once. Where several sources share these columns, payments stand beside
the furthest of them. Payments leave out pay, benefits and all below the thresholds, and agencies do not sort budgets
and payments alike: the visible part is a least figure, to be read over a whole agency, year, tier or area rather than
line by line, and it can be more than the budget.

Payments between agencies are in both columns: the table of transfers says what to take out, by year.
*/
WITH line AS (
    SELECT
        budgets.agency_id,
        programmes.theme_id,
        budgets.function,
        budgets.tier,
        budgets.area_id,
        budgets.fy,
        budgets.phase AS source,
        budgets.amount_pence,
        row_number() OVER (
            PARTITION BY budgets.agency_id, budgets.budget_id, budgets.fy
            ORDER BY instr('actual,revised,approved,proposed', budgets.phase)
        ) AS place
    FROM budgets
    LEFT JOIN projects ON projects.project_id = budgets.project_id
    LEFT JOIN programmes ON programmes.programme_id = projects.programme_id
),
visible AS (
    SELECT
        agency_id,
        theme_id,
        function,
        tier,
        area_id,
        fy,
        sum(amount_pence) AS amount_pence
    FROM yearly_spend
    GROUP BY 1, 2, 3, 4, 5, 6
),
side_by_side AS (
    SELECT agency_id, theme_id, function, tier, area_id, fy, source, amount_pence, 0 AS visible_pence
    FROM line
    WHERE place = 1
    UNION ALL
    SELECT agency_id, theme_id, function, tier, area_id, fy, NULL, NULL, amount_pence
    FROM visible
),
sourced AS (
    SELECT
        *,
        coalesce(
            source,
            first_value(source) OVER (
                PARTITION BY agency_id, theme_id, function, tier, area_id, fy
                ORDER BY source IS NULL, instr('actual,revised,approved,proposed', source)
            )
        ) AS shown_source
    FROM side_by_side
)
SELECT
    agency_id,
    theme_id,
    function,
    tier,
    area_id,
    fy,
    shown_source AS source,
    sum(amount_pence) AS amount_pence,
    sum(visible_pence) AS visible_pence
FROM sourced
GROUP BY 1, 2, 3, 4, 5, 6, 7
ORDER BY 1, 6, 2, 3, 4, 5, 7
