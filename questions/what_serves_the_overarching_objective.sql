/*
title: Growth and jobs over all, and what serves it
meaning: "Each row is one theme: the objective over all others first, then those that serve it. It says what is put into the pots of its programmes in one year, in real terms beside the year before, and how its indicators for the whole place are doing."
caveats:
  - "Money in pots is what members agreed to put together, each contribution once with its furthest figure. It is not all public money that serves a theme; most budget lines name no theme."
  - "On the way means achieved or on track; off it means off track, worsening, missed or no change. Of the rest nothing can be told yet. Indicators are not equal, so read their list before adding up."
  - "That a theme stands under the objective is what the partnership decided; that it moves jobs or pay is not shown by it."
parameters:
  fy: {title: "Financial year; empty for the last that has ended", example: "2025-2026"}
columns:
  is_overarching: {title: "Is over all others"}
  in_pots_pence: {title: "Put into its pots", unit: gbp}
  share_bps: {title: "Share of all pots", unit: basis_points}
  before_pence: {title: "The year before, in this year's prices", unit: gbp}
  change_pence: {title: "More or less, in real terms", unit: gbp}
  projects: {title: "Projects, planned ones too", unit: count}
  indicators: {title: "Indicators", unit: count}
  on_the_way: {title: "On the way", unit: count}
  off_the_way: {title: "Off it", unit: count}
draw: {kind: bar, x: in_pots_pence, y: theme}
*/
WITH asked AS (
    -- unless asked otherwise, the financial year that ended last before the release
    SELECT CASE WHEN :fy <> '' THEN CAST(:fy AS INTEGER) ELSE strftime('%Y', as_of, '+1 day', '-3 months') - 1 END
        AS year
    FROM releases
),
pot AS (
    SELECT g.theme_id, p.fy, sum(p.amount_pence) AS amount_pence
    FROM pots AS p
    JOIN programmes AS g ON g.programme_id = p.programme_id
    WHERE p.is_latest
    GROUP BY g.theme_id, p.fy
),
verdict AS (
    SELECT
        i.theme_id,
        count(*) AS indicators,
        count(*) FILTER (WHERE s.status IN ('achieved', 'on_track')) AS on_the_way,
        count(*) FILTER (WHERE s.status IN ('off_track', 'worsening', 'missed', 'no_change')) AS off_the_way
    FROM progress AS s
    JOIN areas AS w ON w.area_id = s.area_id AND w.parent_id IS NULL
    JOIN indicators AS i ON i.indicator_id = s.indicator_id
    GROUP BY i.theme_id
),
work AS (
    SELECT g.theme_id, count(*) AS projects
    FROM projects AS j
    JOIN programmes AS g ON g.programme_id = j.programme_id
    GROUP BY g.theme_id
),
year_theme AS (
    SELECT
        t.theme_id,
        t.title AS theme,
        coalesce(t.is_overarching, 0) AS is_overarching,
        q.year || '-' || (q.year + 1) AS fy,
        n.amount_pence AS in_pots_pence,
        CAST(round(b.amount_pence * d."index" / e."index") AS INTEGER) AS before_pence
    FROM themes AS t
    CROSS JOIN asked AS q
    LEFT JOIN pot AS n ON n.theme_id = t.theme_id AND n.fy = q.year || '-' || (q.year + 1)
    LEFT JOIN pot AS b ON b.theme_id = t.theme_id AND b.fy = (q.year - 1) || '-' || q.year
    LEFT JOIN deflators AS d ON d.fy = q.year || '-' || (q.year + 1)
    LEFT JOIN deflators AS e ON e.fy = (q.year - 1) || '-' || q.year
)
SELECT
    y.theme_id,
    y.theme,
    y.is_overarching,
    y.fy,
    y.in_pots_pence,
    CAST(round(10000.0 * y.in_pots_pence / nullif(sum(y.in_pots_pence) OVER (), 0)) AS INTEGER) AS share_bps,
    y.before_pence,
    y.in_pots_pence - y.before_pence AS change_pence,
    coalesce(k.projects, 0) AS projects,
    coalesce(v.indicators, 0) AS indicators,
    coalesce(v.on_the_way, 0) AS on_the_way,
    coalesce(v.off_the_way, 0) AS off_the_way
FROM year_theme AS y
LEFT JOIN work AS k ON k.theme_id = y.theme_id
LEFT JOIN verdict AS v ON v.theme_id = y.theme_id
ORDER BY y.is_overarching DESC, y.in_pots_pence IS NULL, y.in_pots_pence DESC, y.theme_id
