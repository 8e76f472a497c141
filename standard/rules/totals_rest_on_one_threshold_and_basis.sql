/*
message: "The payments of the project {project_id} come from agencies that count differently: {differences}."
advice: "Say so beside the total. Agencies that share a project can agree on one threshold and one way to count VAT."
severity: warning
dataset: projects
why: >
  One agency publishes payments from £500, another from £25,000; one counts VAT and another leaves it out. Their sum
  is no figure of either kind: it leaves out small payments of some and holds VAT of others. Projects are named
  because their payments are few enough to be read as one sum; totals over the place carry a flag of their own. An
  agency that does not say how it counts counts differently from all that do.
*/
WITH
payers AS (
    SELECT DISTINCT project_id, agency_id
    FROM spend
    WHERE project_id IS NOT NULL
),
counted AS (
    SELECT
        project_id,
        agency_id,
        iif(spend_threshold_pence IS NULL, '', printf('£%,d', round(spend_threshold_pence / 100.0))) AS threshold,
        CASE amount_basis
            WHEN 'net' THEN 'without VAT'
            WHEN 'net_with_irrecoverable_vat' THEN 'with the VAT it cannot claim back'
            WHEN 'gross' THEN 'with VAT'
            ELSE ''
        END AS basis
    FROM payers JOIN agencies USING (agency_id)
),
mixed AS (
    SELECT
        project_id,
        group_concat(
            agency_id || ' from ' || iif(threshold = '', 'an amount it does not say', threshold)
            || ' ' || iif(basis = '', 'on a basis it does not say', basis),
            '; '
        ) AS differences
    FROM (SELECT * FROM counted ORDER BY project_id, agency_id)
    GROUP BY project_id
    HAVING count(DISTINCT threshold) > 1 OR count(DISTINCT basis) > 1
)
SELECT projects.rowid AS row_id, project_id, differences
FROM mixed JOIN projects USING (project_id)
ORDER BY row_id
