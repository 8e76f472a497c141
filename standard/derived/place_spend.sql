/*
Every penny of the published payments once, added up by what can be asked of it.

A payment's project and area are what the payment itself states; a service's own project or area is not taken for the
payment's. Function and tier may come from the service that the payment names, the tier from its project first. A transfer
is told by the payee's identifiers, never by its name. Each join finds one row at most, so no payment counts twice.
*/
SELECT
    substr(spend.payment_date, 1, 7) AS month,
    spend.agency_id,
    spend.department,
    spend.expense_type,
    spend.service_id,
    spend.project_id,
    projects.programme_id,
    programmes.theme_id,
    spend.area_id,
    coalesce(spend.function, services.function) AS function,
    coalesce(projects.tier, services.tier) AS tier,
    coalesce(providers.agency_id <> spend.agency_id, 0)
    OR (
        coalesce(spend.provider_org_id IN (SELECT org_id FROM agencies WHERE org_id IS NOT NULL), 0)
        AND spend.provider_org_id IS NOT payer.org_id
    ) AS is_transfer,
    iif(spend.project_id IS NULL, 'not_allocated', 'stated') AS project_basis,
    iif(spend.area_id IS NULL, 'not_allocated', 'stated') AS area_basis,
    sum(spend.amount_pence) AS amount_pence
FROM spend
LEFT JOIN agencies AS payer ON payer.agency_id = spend.agency_id
LEFT JOIN providers ON providers.provider_id = spend.provider_id
LEFT JOIN services ON services.service_id = spend.service_id
LEFT JOIN projects ON projects.project_id = spend.project_id
LEFT JOIN programmes ON programmes.programme_id = projects.programme_id
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14
ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14
