/*
Every penny of the published payments once, added up by what can be asked of it.

A payment's project and area are what the payment itself states; a service's own project or area is not taken for the
payment's. Where it states none, the allocations of its agency share it out, for projects and for areas apart. Of the
allocations valid on the day of payment, those apply that select it most closely: by its service, then by department
and type of expense, by department alone, by type alone, and last by nothing but the agency. What their shares leave
open stays not allocated; it does not fall to a wider selection. A share by population is spread over the wards inside
its area (or over all wards, where it names none) by their residents.

Payments are first added up by all that this table tells of them, and each sum is shared out in whole pence by largest
remainder: everybody's part is rounded down, and the pence left over go to the largest fractions, the first code first,
what is not allocated last. A sum is shared out among projects, each part then among areas, each share by population
then among wards. Credits are shared out like payments, with the sign put back.

Function and tier may come from the service that the payment names, the tier from its project first. A transfer is told
by the payee's identifiers, never by its name. No join finds more than one row for a payment, so none counts twice.
*/
WITH RECURSIVE
around (ward_id, area_id) AS (
    -- every ward with the areas that contain it, itself, and the empty name of all wards
    SELECT area_id, area_id FROM areas WHERE area_type = 'ward'
    UNION
    SELECT area_id, '' FROM areas WHERE area_type = 'ward'
    UNION
    SELECT around.ward_id, areas.parent_id
    FROM around
    JOIN areas ON areas.area_id = around.area_id
    WHERE areas.parent_id IS NOT NULL
),
resident AS MATERIALIZED (
    SELECT
        around.area_id,
        around.ward_id,
        areas.population,
        coalesce(areas.valid_from, '0000-01-01') AS valid_from,
        coalesce(areas.valid_to, '9999-12-31') AS valid_to
    FROM around
    JOIN areas ON areas.area_id = around.ward_id
    WHERE areas.population > 0
),
share AS MATERIALIZED (
    SELECT
        dense_rank() OVER (ORDER BY dimension, agency_id, department, expense_type, service_id) AS selection,
        4 * (service_id IS NOT NULL) + 2 * (department IS NOT NULL) + (expense_type IS NOT NULL) AS closeness,
        agency_id,
        department,
        expense_type,
        service_id,
        dimension,
        project_id,
        area_id,
        share_bps,
        method,
        valid_from,
        coalesce(valid_to, '9999-12-31') AS valid_to
    FROM allocations
),
change AS MATERIALIZED (
    -- the days on which an agency's allocations, or the wards that they are spread over, may have changed
    SELECT agency_id, valid_from AS since FROM share
    UNION
    SELECT agency_id, date(valid_to, '+1 day') FROM share WHERE valid_to < '9999-12-31'
    UNION
    SELECT share.agency_id, resident.valid_from FROM share CROSS JOIN resident WHERE share.method = 'population'
    UNION
    SELECT share.agency_id, date(resident.valid_to, '+1 day')
    FROM share
    CROSS JOIN resident
    WHERE share.method = 'population' AND resident.valid_to < '9999-12-31'
),
day AS MATERIALIZED (
    -- every day of payment with the last change up to it: between two changes the same shares apply
    SELECT paid.agency_id, paid.payment_date, max(change.since) AS since
    FROM (SELECT DISTINCT agency_id, payment_date FROM spend) AS paid
    JOIN change ON change.agency_id = paid.agency_id AND change.since <= paid.payment_date
    GROUP BY paid.agency_id, paid.payment_date
),
cell AS MATERIALIZED (
    SELECT
        row_number() OVER () AS cell_id,
        substr(spend.payment_date, 1, 7) AS month,
        day.since,
        spend.agency_id,
        spend.department,
        spend.expense_type,
        spend.service_id,
        spend.project_id,
        spend.area_id,
        coalesce(spend.function, services.function) AS function,
        services.tier,
        coalesce(providers.agency_id <> spend.agency_id, 0)
        OR (
            coalesce(spend.provider_org_id IN (SELECT org_id FROM agencies WHERE org_id IS NOT NULL), 0)
            AND spend.provider_org_id IS NOT payer.org_id
        ) AS is_transfer,
        sum(spend.amount_pence) AS amount_pence
    FROM spend
    LEFT JOIN day ON day.agency_id = spend.agency_id AND day.payment_date = spend.payment_date
    LEFT JOIN agencies AS payer ON payer.agency_id = spend.agency_id
    LEFT JOIN providers ON providers.provider_id = spend.provider_id
    LEFT JOIN services ON services.service_id = spend.service_id
    GROUP BY 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
),
valid_share AS MATERIALIZED (
    SELECT share.*, change.since
    FROM change
    JOIN share ON share.agency_id = change.agency_id AND change.since BETWEEN share.valid_from AND share.valid_to
),
chosen AS MATERIALIZED (
    -- for every kind of payment, and each dimension, the closest selection
    SELECT agency_id, department, expense_type, service_id, since, dimension, selection, max(closeness)
    FROM (
        SELECT kind.*, valid.dimension, valid.selection, valid.closeness
        FROM (
            SELECT DISTINCT agency_id, department, expense_type, service_id, since FROM cell WHERE since IS NOT NULL
        ) AS kind
        JOIN (
            SELECT DISTINCT
                selection, closeness, agency_id, department, expense_type, service_id, dimension, since
            FROM valid_share
        ) AS valid
            ON valid.agency_id = kind.agency_id
            AND valid.since = kind.since
            AND (valid.service_id IS NULL OR valid.service_id = kind.service_id)
            AND (valid.department IS NULL OR valid.department = kind.department)
            AND (valid.expense_type IS NULL OR valid.expense_type = kind.expense_type)
    )
    GROUP BY agency_id, department, expense_type, service_id, since, dimension
),
target AS MATERIALIZED (
    -- who gets which part of the whole; the row without a project or an area is what is left open
    SELECT
        selection,
        since,
        dimension,
        coalesce(project_id, area_id) AS code,
        is_spread,
        sum(share_bps) AS part,
        max(10000, total_bps) AS whole
    FROM (
        SELECT
            selection,
            since,
            dimension,
            iif(dimension = 'project', project_id, NULL) AS project_id,
            iif(dimension = 'area', area_id, NULL) AS area_id,
            dimension = 'area'
            AND method = 'population'
            AND EXISTS (
                SELECT 1
                FROM resident
                WHERE resident.area_id = coalesce(valid_share.area_id, '')
                    AND valid_share.since BETWEEN resident.valid_from AND resident.valid_to
            ) AS is_spread,
            share_bps,
            sum(share_bps) OVER (PARTITION BY selection, since) AS total_bps
        FROM valid_share
        UNION ALL
        SELECT selection, since, dimension, NULL, NULL, 0, max(0, 10000 - sum(share_bps)), sum(share_bps)
        FROM valid_share
        GROUP BY selection, since, dimension
    )
    GROUP BY selection, since, dimension, code, is_spread
),
by_project AS (
    -- a share of a sum is its whole ten-thousandths times the share, and the share of the few pence beyond them:
    -- exact at any amount
    SELECT
        cell.cell_id,
        coalesce(cell.project_id, target.code) AS project_id,
        coalesce(target.part, 1) AS part,
        coalesce(target.whole, 1) AS whole,
        abs(cell.amount_pence) AS pence
    FROM cell
    LEFT JOIN chosen
        ON chosen.dimension = 'project'
        AND cell.project_id IS NULL
        AND cell.amount_pence <> 0
        AND chosen.since = cell.since
        AND chosen.agency_id = cell.agency_id
        AND chosen.department IS cell.department
        AND chosen.expense_type IS cell.expense_type
        AND chosen.service_id IS cell.service_id
    LEFT JOIN target ON target.selection = chosen.selection AND target.since = chosen.since
),
project_part AS MATERIALIZED (
    SELECT
        row_number() OVER () AS part_id,
        cell_id,
        project_id,
        floor_pence + (place <= pence - given_pence) AS pence
    FROM (
        SELECT
            *,
            pence / whole * part + pence % whole * part / whole AS floor_pence,
            sum(pence / whole * part + pence % whole * part / whole) OVER (PARTITION BY cell_id) AS given_pence,
            row_number() OVER (
                PARTITION BY cell_id ORDER BY pence % whole * part % whole DESC, project_id NULLS LAST
            ) AS place
        FROM by_project
    )
)
SELECT * FROM project_part
