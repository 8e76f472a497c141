/*
Every penny of the published payments once, added up by what can be asked of it.

A payment's project and area are what the payment itself states; a service's own project or area is not taken for the
payment's. Where it states none, the allocations of its agency share it out, for projects and for areas apart. Of the
allocations valid on the day of payment, those apply that select it most closely: by its service, then by department
and type of expense, by department alone, by type alone, and last by nothing but the agency. What their shares leave
open stays not allocated; it does not fall to a wider selection. A share by population is spread over the wards inside
its area (over all wards, where it names none) by their residents; where nobody's residents are known, it stays with
the area it names.

Payments are first added up by all that this table tells of them, and each sum is shared out in whole pence by largest
remainder: everybody's part is rounded down, and the pence left over go to the largest fractions, at a tie to the first
code, what is not allocated last. A sum is shared out among projects, then each part among areas, then each share by
population among wards. Credits are shared out like payments, with the sign put back.

Function and tier may come from the service that the payment names, the tier from its project first. A transfer is told
by the payee's identifiers, never by its name: the table of transfers says to whom. No join finds more than one row for
a payment, so none counts twice.
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
agency_number AS MATERIALIZED (
    -- organisation numbers that are an agency's, by its own row or by the list of providers
    SELECT org_id, agency_id FROM agencies WHERE org_id IS NOT NULL
    UNION
    SELECT org_id, agency_id FROM providers WHERE org_id IS NOT NULL AND agency_id IS NOT NULL
),
payment AS MATERIALIZED (
    SELECT
        substr(spend.payment_date, 1, 7) AS month,
        day.since,
        spend.agency_id,
        spend.department,
        spend.expense_type,
        spend.service_id,
        spend.project_id AS stated_project_id,
        spend.area_id AS stated_area_id,
        coalesce(spend.function, services.function) AS function,
        services.tier AS service_tier,
        coalesce(providers.agency_id <> spend.agency_id, 0)
        OR (
            coalesce(coalesce(spend.provider_org_id, providers.org_id) IN (SELECT org_id FROM agency_number), 0)
            AND (coalesce(spend.provider_org_id, providers.org_id), spend.agency_id) NOT IN
            (SELECT org_id, agency_id FROM agency_number)
        ) AS is_transfer,
        sum(spend.amount_pence) AS amount_pence
    FROM spend
    LEFT JOIN day ON day.agency_id = spend.agency_id AND day.payment_date = spend.payment_date
    LEFT JOIN providers ON providers.provider_id = spend.provider_id
    LEFT JOIN services ON services.service_id = spend.service_id
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
),
kind AS MATERIALIZED (
    -- payments of one kind are shared out by the same allocations; where an agency has none, there is nothing to share
    SELECT row_number() OVER () AS kind_id, since, agency_id, department, expense_type, service_id
    FROM (SELECT DISTINCT since, agency_id, department, expense_type, service_id FROM payment WHERE since IS NOT NULL)
),
valid_share AS MATERIALIZED (
    SELECT share.*, change.since
    FROM change
    JOIN share ON share.agency_id = change.agency_id AND change.since BETWEEN share.valid_from AND share.valid_to
),
chosen AS MATERIALIZED (
    -- beside a single max, SQLite takes the other columns from the row that holds it
    SELECT kind_id, dimension, since, selection, max(closeness)
    FROM (
        SELECT kind.kind_id, valid.dimension, valid.since, valid.selection, valid.closeness
        FROM kind
        JOIN (
            SELECT DISTINCT selection, closeness, dimension, since, agency_id, department, expense_type, service_id
            FROM valid_share
        ) AS valid
            ON valid.agency_id = kind.agency_id
            AND valid.since = kind.since
            AND (valid.service_id IS NULL OR valid.service_id = kind.service_id)
            AND (valid.department IS NULL OR valid.department = kind.department)
            AND (valid.expense_type IS NULL OR valid.expense_type = kind.expense_type)
    )
    GROUP BY kind_id, dimension
),
cell AS MATERIALIZED (
    -- a sum is shared out if it leaves open what an allocation of its kind fills; others go to the answer as they are
    SELECT
        payment.*,
        row_number() OVER () AS cell_id,
        kind.kind_id,
        coalesce(
            (payment.stated_project_id IS NULL AND of_project.kind_id IS NOT NULL)
            OR (payment.stated_area_id IS NULL AND of_area.kind_id IS NOT NULL), 0
        ) AS is_shared
    FROM payment
    LEFT JOIN kind
        ON kind.agency_id = payment.agency_id
        AND kind.department IS payment.department
        AND kind.expense_type IS payment.expense_type
        AND kind.service_id IS payment.service_id
        AND kind.since = payment.since
    LEFT JOIN chosen AS of_project ON of_project.kind_id = kind.kind_id AND of_project.dimension = 'project'
    LEFT JOIN chosen AS of_area ON of_area.kind_id = kind.kind_id AND of_area.dimension = 'area'
),
target AS MATERIALIZED (
    -- who gets which part of the whole; a target without a code is what the shares leave open
    SELECT selection, since, code, is_spread, sum(share_bps) AS part, max(10000, total_bps) AS whole
    FROM (
        SELECT
            selection,
            since,
            iif(dimension = 'project', project_id, area_id) AS code,
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
        SELECT selection, since, NULL, 0, max(0, 10000 - sum(share_bps)), sum(share_bps)
        FROM valid_share
        GROUP BY selection, since
    )
    GROUP BY selection, since, code, is_spread
),
dimension (dimension) AS (VALUES ('project'), ('area')),
kind_target AS MATERIALIZED (
    -- every kind of payment has targets: those of its selections, or itself where it is stated or nothing applies
    SELECT chosen.kind_id, chosen.dimension, 0 AS is_stated, target.code, target.is_spread, target.part, target.whole
    FROM chosen
    JOIN target ON target.selection = chosen.selection AND target.since = chosen.since
    UNION ALL
    SELECT kind_id, dimension, 0, NULL, 0, 1, 1
    FROM (
        SELECT kind_id, dimension FROM kind CROSS JOIN dimension
        EXCEPT
        SELECT kind_id, dimension FROM chosen
    )
    UNION ALL
    SELECT kind_id, dimension, 1, NULL, 0, 1, 1 FROM kind CROSS JOIN dimension
),
by_project AS (
    -- in this order, so that SQLite looks the sums up by an index of its own
    SELECT
        cell.*,
        coalesce(cell.stated_project_id, target.code) AS project_id,
        CASE
            WHEN target.is_stated THEN 'stated' WHEN target.code IS NOT NULL THEN 'allocated' ELSE 'not_allocated'
        END AS project_basis,
        abs(cell.amount_pence) AS cell_pence,
        target.part AS project_part,
        target.whole AS project_whole
    FROM kind_target AS target
    CROSS JOIN cell ON cell.kind_id = target.kind_id AND (cell.stated_project_id IS NOT NULL) = target.is_stated
    WHERE target.dimension = 'project' AND cell.is_shared
),
project_rounded AS (
    -- pence x part / whole, rounded down; its wholes and the rest one by one, so that no amount is too large
    SELECT
        *,
        cell_pence / project_whole * project_part
        + cell_pence % project_whole * project_part / project_whole AS project_floor,
        cell_pence % project_whole * project_part % project_whole AS project_fraction
    FROM by_project
),
project_share AS MATERIALIZED (
    SELECT
        *,
        row_number() OVER () AS project_share_id,
        project_floor + (
            row_number() OVER (PARTITION BY cell_id ORDER BY project_fraction DESC, project_id NULLS LAST)
            <= cell_pence - sum(project_floor) OVER (PARTITION BY cell_id)
        ) AS project_pence
    FROM project_rounded
),
by_area AS (
    SELECT
        project_share.*,
        coalesce(project_share.stated_area_id, target.code) AS target_area_id,
        CASE
            WHEN target.is_stated THEN 'stated'
            WHEN target.is_spread OR target.code IS NOT NULL THEN 'allocated'
            ELSE 'not_allocated'
        END AS area_basis,
        target.is_spread,
        target.part AS area_part,
        target.whole AS area_whole
    FROM kind_target AS target
    CROSS JOIN project_share
        ON project_share.kind_id = target.kind_id AND (project_share.stated_area_id IS NOT NULL) = target.is_stated
    WHERE target.dimension = 'area'
),
area_rounded AS (
    SELECT
        *,
        project_pence / area_whole * area_part + project_pence % area_whole * area_part / area_whole AS area_floor,
        project_pence % area_whole * area_part % area_whole AS area_fraction
    FROM by_area
),
area_share AS MATERIALIZED (
    SELECT
        *,
        row_number() OVER () AS area_share_id,
        area_floor + (
            row_number() OVER (
                PARTITION BY project_share_id
                ORDER BY area_fraction DESC, area_basis = 'not_allocated', target_area_id, is_spread
            ) <= project_pence - sum(area_floor) OVER (PARTITION BY project_share_id)
        ) AS area_pence
    FROM area_rounded
),
by_ward AS (
    SELECT
        area_share.*,
        coalesce(resident.ward_id, area_share.target_area_id) AS area_id,
        coalesce(resident.population, 1) AS ward_part,
        coalesce(sum(resident.population) OVER (PARTITION BY area_share.area_share_id), 1) AS ward_whole
    FROM area_share
    LEFT JOIN resident
        ON area_share.is_spread
        AND resident.area_id = coalesce(area_share.target_area_id, '')
        AND area_share.since BETWEEN resident.valid_from AND resident.valid_to
),
ward_rounded AS (
    SELECT
        *,
        area_pence / ward_whole * ward_part + area_pence % ward_whole * ward_part / ward_whole AS ward_floor,
        area_pence % ward_whole * ward_part % ward_whole AS ward_fraction
    FROM by_ward
),
ward_share AS (
    SELECT
        *,
        ward_floor + (
            row_number() OVER (PARTITION BY area_share_id ORDER BY ward_fraction DESC, area_id)
            <= area_pence - sum(ward_floor) OVER (PARTITION BY area_share_id)
        ) AS ward_pence
    FROM ward_rounded
),
part AS (
    SELECT
        month,
        agency_id,
        department,
        expense_type,
        service_id,
        project_id,
        area_id,
        function,
        service_tier,
        is_transfer,
        project_basis,
        area_basis,
        sign(amount_pence) * ward_pence AS amount_pence
    FROM ward_share
    WHERE
        ward_pence > 0
        -- payments and credits of one sum of nought are one row, shared out to nobody
        OR (amount_pence = 0 AND project_basis <> 'allocated' AND area_basis <> 'allocated')
    UNION ALL
    SELECT
        month,
        agency_id,
        department,
        expense_type,
        service_id,
        stated_project_id,
        stated_area_id,
        function,
        service_tier,
        is_transfer,
        iif(stated_project_id IS NULL, 'not_allocated', 'stated'),
        iif(stated_area_id IS NULL, 'not_allocated', 'stated'),
        amount_pence
    FROM cell
    WHERE NOT is_shared
)
SELECT
    part.month,
    part.agency_id,
    part.department,
    part.expense_type,
    part.service_id,
    part.project_id,
    projects.programme_id,
    programmes.theme_id,
    part.area_id,
    part.function,
    coalesce(projects.tier, part.service_tier) AS tier,
    part.is_transfer,
    part.project_basis,
    part.area_basis,
    sum(part.amount_pence) AS amount_pence
FROM part
LEFT JOIN projects ON projects.project_id = part.project_id
LEFT JOIN programmes ON programmes.programme_id = projects.programme_id
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14
ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14
