/*
title: What a package of help costs
meaning: "Each row is one project in one year: its outturn, how many packages of help it began, and what one package costs, in real terms: exactly where every number is shown, else at most."
caveats:
  - "Small numbers of packages are protected, and at times a larger one with them. Each is taken for one package, so the cost of a package is then a limit that it does not pass."
  - "Other numbers are rounded to the nearest 5."
  - "Packages of different projects are different things: a visit to look for trip hazards is not six weeks of help at home. Compare a project with itself over the years."
  - "Packages counted by calendar year are left out: they belong to two financial years."
parameters:
  project: {title: "Project, by its code; empty for all", example: "reablement-at-home"}
columns:
  cost_pence: {title: "Revenue outturn", unit: gbp}
  packages_shown: {title: "Packages begun, where shown", unit: count}
  packages_protected: {title: "Numbers that are protected", unit: count}
  price_year: {title: "Real terms: prices of"}
  cost_of_one_pence: {title: "A package costs", unit: gbp}
  at_most_pence: {title: "A package costs at most", unit: gbp}
draw: {kind: table}
*/
WITH given AS (
    -- an agency may give the whole place beside its wards: the widest areas are counted, and these alone
    SELECT
        v.project_id,
        ((d.month_number - 3) / 12) || '-' || ((d.month_number - 3) / 12 + 1) AS fy,
        v.packages,
        a.area_type,
        first_value(a.area_type) OVER (
            PARTITION BY v.project_id, v.period, v.publisher_id
            ORDER BY instr('place,district,locality,ward,msoa,lsoa', a.area_type)
        ) AS widest_type
    FROM interventions AS v
    JOIN areas AS a ON a.area_id = v.area_id
    JOIN periods AS d ON d.period = v.period AND d.period_kind <> 'year'
    WHERE :project = '' OR v.project_id = :project
),
begun AS (
    SELECT
        project_id,
        fy,
        coalesce(sum(packages) FILTER (WHERE typeof(packages) = 'integer'), 0) AS shown,
        count(*) FILTER (WHERE packages = 'c') AS protected
    FROM given
    WHERE area_type = widest_type
    GROUP BY project_id, fy
),
cost AS (
    SELECT project_id, fy, sum(amount_pence) AS pence
    FROM budgets
    WHERE project_id IS NOT NULL AND phase = 'actual' AND kind = 'revenue'
    GROUP BY project_id, fy
),
last_year AS (
    -- the financial year that ended last before the release
    SELECT (began - 1) || '-' || began AS fy
    FROM (SELECT CAST(strftime('%Y', as_of, '+1 day', '-3 months') AS INTEGER) AS began FROM releases)
),
priced AS (
    SELECT b.*, c.pence, y.fy AS price_year, c.pence * n."index" / o."index" AS real_pence
    FROM begun AS b
    JOIN cost AS c ON c.project_id = b.project_id AND c.fy = b.fy
    CROSS JOIN last_year AS y
    LEFT JOIN deflators AS n ON n.fy = y.fy
    LEFT JOIN deflators AS o ON o.fy = b.fy
)
SELECT
    p.project_id,
    j.title AS project,
    p.fy,
    p.pence AS cost_pence,
    p.shown AS packages_shown,
    p.protected AS packages_protected,
    p.price_year,
    iif(p.protected = 0, CAST(round(p.real_pence / p.shown) AS INTEGER), NULL) AS cost_of_one_pence,
    CAST(round(p.real_pence / (p.shown + p.protected)) AS INTEGER) AS at_most_pence
FROM priced AS p
JOIN projects AS j ON j.project_id = p.project_id
WHERE p.shown + p.protected > 0
ORDER BY project, p.project_id, p.fy
