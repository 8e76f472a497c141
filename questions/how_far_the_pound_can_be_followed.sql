/*
title: How far the pound can be followed
meaning: "Each row is one step on the way from payments to outcomes: how much of the published payments gets as far, and what share of all that is."
caveats:
  - "Payments leave out pay and everything below the thresholds: most public money never shows as a payment, and is not in the first step."
  - "Most payments are for what has no project: schools, roads, hospital care. A small share is no fault by itself; it says how much this site can tell about."
  - "What a published rule shares out to a project counts as for it, beside what the payment itself names."
  - "That a project's indicator does well does not mean that these pounds brought it about."
  - "An indicator is judged in the project's area, and where nothing can be told there in the whole place."
parameters:
  fy: {title: "Financial year, for example 2024-2025; empty for all", example: "2024-2025"}
columns:
  step: {title: "Step", unit: count}
  reaches: {title: "What gets as far"}
  amount_pence: {title: "Payments, credits taken off", unit: gbp}
  share_bps: {title: "Share of all payments", unit: basis_points}
draw: {kind: bar, x: amount_pence, y: reaches}
*/
WITH paid AS (
    SELECT project_id, sum(amount_pence) AS pence
    FROM yearly_spend
    WHERE :fy = '' OR substr(fy, 1, 4) = substr(:fy, 1, 4)
    GROUP BY project_id
),
judged AS (
    -- what can be told of each project's indicator, in its own area if anything can
    SELECT
        j.project_id,
        p.status IN ('achieved', 'on_track') AS is_well,
        row_number() OVER (PARTITION BY j.project_id ORDER BY p.area_id = j.area_id DESC, p.area_id) AS place
    FROM projects AS j
    JOIN progress AS p ON p.indicator_id = j.indicator_id
    JOIN areas AS a ON a.area_id = p.area_id
    WHERE p.status <> 'cannot_tell' AND (p.area_id = j.area_id OR a.parent_id IS NULL)
),
reached AS (
    SELECT
        p.pence,
        CASE
            WHEN v.is_well THEN 5
            WHEN v.project_id IS NOT NULL THEN 4
            WHEN j.indicator_id IS NOT NULL THEN 3
            WHEN p.project_id IS NOT NULL THEN 2
            ELSE 1
        END AS step
    FROM paid AS p
    LEFT JOIN projects AS j ON j.project_id = p.project_id
    LEFT JOIN judged AS v ON v.project_id = p.project_id AND v.place = 1
),
steps(step, reaches) AS (
    VALUES
        (1, 'All published payments'),
        (2, 'For a project'),
        (3, 'For a project with an indicator'),
        (4, 'For a project whose indicator can be judged'),
        (5, 'For a project whose indicator does well')
)
SELECT
    s.step,
    s.reaches,
    coalesce(sum(r.pence) FILTER (WHERE r.step >= s.step), 0) AS amount_pence,
    CAST(round(10000.0 * coalesce(sum(r.pence) FILTER (WHERE r.step >= s.step), 0) / nullif(sum(r.pence), 0)) AS INTEGER)
        AS share_bps
FROM steps AS s
JOIN reached AS r
GROUP BY s.step
ORDER BY s.step
