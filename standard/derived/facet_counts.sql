/*
How many rows of the largest tables have each value of the columns that their pages count by.

These are the tables that grow with the payments: payments themselves, and those that add payments up by project and area
and by payee. Payments by agency and by what is withheld are counted where they are added up by payee, as every payment is
there once. By project and area those that state one are counted here, in one go, and the others are what is left of all.
Rows in which a column is blank are counted as blank.
*/
WITH
stated AS MATERIALIZED (
    SELECT project_id, area_id, count(*) AS payments
    FROM spend
    WHERE project_id IS NOT NULL OR area_id IS NOT NULL
    GROUP BY project_id, area_id
),
payment AS (
    SELECT project_id, area_id, payments FROM stated
    UNION ALL
    SELECT NULL, NULL, every.payments - coalesce((SELECT sum(payments) FROM stated), 0)
    FROM (SELECT sum(payments) AS payments FROM payee_spend) AS every
),
counted (dataset, "column", value, "rows") AS (
    SELECT 'spend', 'agency_id', agency_id, sum(payments) FROM payee_spend GROUP BY agency_id
    UNION ALL
    SELECT 'spend', 'redaction', redaction, sum(payments) FROM payee_spend GROUP BY redaction
    UNION ALL
    SELECT 'spend', 'project_id', project_id, sum(payments) FROM payment GROUP BY project_id
    UNION ALL
    SELECT 'spend', 'area_id', area_id, sum(payments) FROM payment GROUP BY area_id
    UNION ALL
    SELECT 'place_spend', 'agency_id', agency_id, count(*) FROM place_spend GROUP BY agency_id
    UNION ALL
    SELECT 'place_spend', 'theme_id', theme_id, count(*) FROM place_spend GROUP BY theme_id
    UNION ALL
    SELECT 'place_spend', 'programme_id', programme_id, count(*) FROM place_spend GROUP BY programme_id
    UNION ALL
    SELECT 'place_spend', 'tier', tier, count(*) FROM place_spend GROUP BY tier
    UNION ALL
    SELECT 'place_spend', 'is_transfer', is_transfer, count(*) FROM place_spend GROUP BY is_transfer
    UNION ALL
    SELECT 'place_spend', 'project_basis', project_basis, count(*) FROM place_spend GROUP BY project_basis
    UNION ALL
    SELECT 'place_spend', 'area_basis', area_basis, count(*) FROM place_spend GROUP BY area_basis
    UNION ALL
    SELECT 'payee_spend', 'agency_id', agency_id, count(*) FROM payee_spend GROUP BY agency_id
    UNION ALL
    SELECT 'payee_spend', 'redaction', redaction, count(*) FROM payee_spend GROUP BY redaction
    UNION ALL
    SELECT 'payee_spend', 'is_grant', is_grant, count(*) FROM payee_spend GROUP BY is_grant
)
SELECT dataset, "column", value, "rows" FROM counted WHERE "rows" > 0 ORDER BY dataset, "column", value
