/*
title: Best value of each programme, on four counts
meaning: "Each row is one programme on four counts: what one family or person costs in real terms (efficient), how many of its indicators do well (effective), in how many the gap between wards has narrowed (equitable), and how many of what residents asked for do well (responsive)."
caveats:
  - "Four counts are not one mark: a programme can be cheap and leave a ward behind. Nothing is added up."
  - "Well is on track or achieved. An indicator of which nothing can be told, or that is not due yet, is counted as one that is not judged."
  - "The cost of one is known only for programmes that are for one group of people, and only for years in which the number helped is published."
  - "A programme that has just begun has staff before it has families, or few staff yet: the cost of one is compared with the year before and not with the first. See how many were helped."
  - "Cheaper is not better by itself: the number helped may have grown by lighter help."
  - "Effective counts the programme's indicators that are marked effective or not marked, responsive those marked responsive; both for the whole place. Gaps are of any of its indicators."
parameters:
  programme: {title: "Programme, by its code; empty for all", example: "living-well-at-home"}
columns:
  before_fy: {title: "Efficient: the year before"}
  before_supported: {title: "Helped in it", unit: count}
  before_cost_pence: {title: "Cost of one in it, real terms", unit: gbp}
  latest_fy: {title: "Latest year"}
  latest_supported: {title: "Helped in the latest year", unit: count}
  latest_cost_pence: {title: "Cost of one in the latest year, real terms", unit: gbp}
  cost_change_bps: {title: "Change of the cost of one", unit: basis_points}
  effective_well: {title: "Effective: do well", unit: count}
  effective_judged: {title: "of those judged", unit: count}
  effective_not_judged: {title: "Not judged", unit: count}
  gaps_narrower: {title: "Equitable: gap narrower", unit: count}
  gaps_compared: {title: "of those compared", unit: count}
  responsive_well: {title: "Responsive: do well", unit: count}
  responsive_judged: {title: "of those judged (responsive)", unit: count}
  responsive_not_judged: {title: "Not judged (responsive)", unit: count}
draw: {kind: table}
*/
WITH known AS (
    SELECT programme_id, fy, row_number() OVER (PARTITION BY programme_id ORDER BY fy DESC) AS from_latest
    FROM programme_unit_costs
    WHERE real_unit_cost_pence IS NOT NULL
),
cost AS (
    -- one row for each programme: the last year whose cost of one is known in real terms, and the one before it
    SELECT
        programme_id,
        max(fy) FILTER (WHERE from_latest = 2) AS before_fy,
        max(fy) FILTER (WHERE from_latest = 1) AS latest_fy
    FROM known
    GROUP BY programme_id
),
verdict AS (
    SELECT
        i.programme_id,
        i.best_value = 'responsive' AS is_responsive,
        p.status <> 'cannot_tell' AS is_judged,
        p.status IN ('achieved', 'on_track') AS is_well
    FROM progress AS p
    JOIN indicators AS i ON i.indicator_id = p.indicator_id
    JOIN areas AS a ON a.area_id = p.area_id
    WHERE a.parent_id IS NULL AND coalesce(i.best_value, 'effective') IN ('effective', 'responsive')
),
counted AS (
    SELECT
        programme_id,
        count(*) FILTER (WHERE is_well AND is_responsive IS NOT 1) AS effective_well,
        count(*) FILTER (WHERE is_judged AND is_responsive IS NOT 1) AS effective_judged,
        count(*) FILTER (WHERE NOT is_judged AND is_responsive IS NOT 1) AS effective_not_judged,
        count(*) FILTER (WHERE is_well AND is_responsive) AS responsive_well,
        count(*) FILTER (WHERE is_judged AND is_responsive) AS responsive_judged,
        count(*) FILTER (WHERE NOT is_judged AND is_responsive) AS responsive_not_judged
    FROM verdict
    GROUP BY programme_id
),
gap AS (
    SELECT
        i.programme_id,
        count(*) FILTER (WHERE w.change < 0) AS gaps_narrower,
        count(w.change) AS gaps_compared
    FROM ward_gaps AS w
    JOIN indicators AS i ON i.indicator_id = w.indicator_id
    WHERE w.is_latest
    GROUP BY i.programme_id
)
SELECT
    g.programme_id,
    g.title AS programme,
    g.theme_id,
    t.title AS theme,
    f.fy AS before_fy,
    f.supported AS before_supported,
    f.real_unit_cost_pence AS before_cost_pence,
    l.fy AS latest_fy,
    l.supported AS latest_supported,
    l.real_unit_cost_pence AS latest_cost_pence,
    CAST(round(10000.0 * (l.real_unit_cost_pence - f.real_unit_cost_pence) / f.real_unit_cost_pence) AS INTEGER)
        AS cost_change_bps,
    coalesce(n.effective_well, 0) AS effective_well,
    coalesce(n.effective_judged, 0) AS effective_judged,
    coalesce(n.effective_not_judged, 0) AS effective_not_judged,
    coalesce(w.gaps_narrower, 0) AS gaps_narrower,
    coalesce(w.gaps_compared, 0) AS gaps_compared,
    coalesce(n.responsive_well, 0) AS responsive_well,
    coalesce(n.responsive_judged, 0) AS responsive_judged,
    coalesce(n.responsive_not_judged, 0) AS responsive_not_judged
FROM programmes AS g
JOIN themes AS t ON t.theme_id = g.theme_id
LEFT JOIN cost AS c ON c.programme_id = g.programme_id
LEFT JOIN programme_unit_costs AS f ON f.programme_id = c.programme_id AND f.fy = c.before_fy
LEFT JOIN programme_unit_costs AS l ON l.programme_id = c.programme_id AND l.fy = c.latest_fy
LEFT JOIN counted AS n ON n.programme_id = g.programme_id
LEFT JOIN gap AS w ON w.programme_id = g.programme_id
WHERE :programme = '' OR g.programme_id = :programme
ORDER BY theme, g.theme_id, programme, g.programme_id
