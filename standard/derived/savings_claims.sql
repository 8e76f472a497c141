/*
Each saving, planned, claimed or verified, with a verdict on whether it could be checked at all, and measured against what
the service that it replaces used to cost.

The verdict is the saving's own phase if it can be estimated, otherwise not_estimable. A removed budget can be, if the
saving names the service, the service has an end, and evidence is given. Any other method can be, if it says how many were
studied (one at least), out of how many, and in which year's prices. A judgement alone cannot. Plans are held to the same: a
plan must say how it will be measured. Phases are alternatives and are never added together.

The base is the outturn of the service dismantled, all agencies and revenue and capital together, in the last financial
year that it ran from beginning to end, brought to the saving's price year by the price index. The base is of one year, so a
saving reckoned over several years counts by its yearly part. share_bps is rounded down; reaches_bps is the highest of 10,
15 and 20 % that is reached, in hundredths of a per cent, and 0 under 10 %. Where there is no base, base_reason says why.
*/
WITH
-- the last financial year that a service ran whole: it ended on the last 31 March on or before the service's last day
dismantled AS (
    SELECT
        service_id,
        starts,
        ends,
        CAST(substr(ends, 1, 4) AS INTEGER) - (substr(ends, 6) < '03-31') AS last_march
    FROM services
),
outturn AS (
    SELECT service_id, fy, sum(amount_pence) AS pence
    FROM budgets
    WHERE phase = 'actual' AND service_id IN (SELECT service_id FROM savings WHERE service_id IS NOT NULL)
    GROUP BY service_id, fy
),
seen AS (
    SELECT
        s.*,
        d.starts,
        d.ends,
        (d.last_march - 1) || '-' || d.last_march AS base_fy,
        d.starts <= (d.last_march - 1) || '-04-01' AS ran_whole,
        -- what is missing before the saving can be judged; empty where nothing is
        ltrim(CASE s.method
            WHEN 'estimate' THEN '; it is an estimate: nothing was measured'
            WHEN 'budget_removed' THEN
                iif(s.service_id IS NULL, '; it names no service', iif(d.ends IS NULL, '; the service goes on', ''))
                || iif(s.evidence IS NULL, '; it gives no evidence', '')
            ELSE
                iif(coalesce(s.sample, 0) = 0, '; it does not say how many were studied', '')
                || iif(s.population IS NULL, '; it does not say out of how many', '')
                || iif(s.price_year IS NULL, '; it does not say in which year''s prices', '')
        END, '; ') AS lacks
    FROM savings AS s
    LEFT JOIN dismantled AS d ON d.service_id = s.service_id
),
based AS (
    SELECT
        s.*,
        CASE
            WHEN s.service_id IS NULL THEN 'no base: no service is named'
            WHEN s.ends IS NULL THEN 'no base: the service goes on'
            WHEN NOT s.ran_whole THEN 'no base: the service ran for no whole financial year'
            WHEN o.pence IS NULL THEN 'no base: no outturn for ' || s.base_fy
            WHEN o.pence <= 0 THEN 'no base: the outturn of ' || s.base_fy || ' is not above nothing'
            WHEN s.price_year IS NULL THEN 'no base: no price year is given'
            WHEN s.price_year = s.base_fy THEN NULL
            WHEN spent."index" IS NULL THEN 'no base: no price index for ' || s.base_fy
            WHEN price."index" IS NULL THEN 'no base: no price index for ' || s.price_year
        END AS base_reason,
        CASE
            WHEN s.price_year = s.base_fy THEN o.pence
            ELSE CAST(round(o.pence * price."index" / spent."index") AS INTEGER)
        END AS outturn_pence
    FROM seen AS s
    LEFT JOIN outturn AS o ON o.service_id = s.service_id AND o.fy = s.base_fy
    LEFT JOIN deflators AS spent ON spent.fy = s.base_fy
    LEFT JOIN deflators AS price ON price.fy = s.price_year
),
-- what the service would have cost over as many years as the saving is reckoned over
compared AS (
    SELECT
        *,
        iif(base_reason IS NULL, outturn_pence, NULL) AS base_pence,
        iif(base_reason IS NULL, outturn_pence * coalesce(horizon_years, 1), NULL) AS against_pence
    FROM based
)
SELECT
    saving_id,
    phase,
    project_id,
    service_id,
    agency_id,
    fy,
    price_year,
    is_cashable,
    iif(lacks = '', phase, 'not_estimable') AS verdict,
    CASE
        WHEN lacks <> '' THEN lacks
        WHEN method = 'budget_removed' THEN 'a budget was removed: the service ended on ' || ends || ', and evidence is given'
        ELSE
            CASE method
                WHEN 'before_after' THEN 'before and after'
                WHEN 'comparison' THEN 'compared with a similar group'
                ELSE 'a trial'
            END || ': ' || sample || ' studied out of ' || population || ', in prices of ' || price_year
    END AS reasons,
    amount_pence,
    iif(base_reason IS NULL, base_fy, NULL) AS base_fy,
    base_pence,
    base_reason,
    CAST(amount_pence * 10000 / against_pence AS INTEGER) AS share_bps,
    CASE
        WHEN lacks <> '' OR against_pence IS NULL THEN NULL
        WHEN amount_pence * 100 >= against_pence * 20 THEN 2000
        WHEN amount_pence * 100 >= against_pence * 15 THEN 1500
        WHEN amount_pence * 100 >= against_pence * 10 THEN 1000
        ELSE 0
    END AS reaches_bps
FROM compared
ORDER BY saving_id, phase
