/*
title: The framework as a tree
meaning: "Each row is one place in the tree of theme, programme, project and indicator: how deep it lies, and the path of titles that leads to it."
caveats:
  - "An indicator stands under every project that names it, so it can appear more than once. Count indicators in their own table, not here."
  - "An indicator that no project of its programme names stands under the programme itself, or under its theme if it has no programme."
  - "A project without an indicator under it has no measure of its own yet."
parameters:
  theme: {title: "Theme at the root, by its code; empty for all", example: "strong-families"}
columns:
  depth: {title: "Depth, from 0 for a theme", unit: count}
  path: {title: "Path of titles"}
  kind: {title: "What it is"}
  id: {title: "Code"}
  status: {title: "Status of the project"}
draw: {kind: table}
*/
WITH RECURSIVE node (kind, id, title, parent_kind, parent_id, rank, status) AS (
    -- the overarching theme comes first among the themes
    SELECT 'theme', theme_id, title, 'theme', parent_id, CASE WHEN is_overarching THEN '0' ELSE '1' END, NULL
    FROM themes
    UNION ALL
    SELECT 'programme', programme_id, title, 'theme', theme_id, '2', NULL FROM programmes
    UNION ALL
    SELECT 'project', project_id, title, 'programme', programme_id, '3', status FROM projects
    UNION ALL
    SELECT 'indicator', i.indicator_id, i.title, 'project', p.project_id, '4', NULL
    FROM projects AS p
    JOIN indicators AS i ON i.indicator_id = p.indicator_id
    UNION ALL
    SELECT
        'indicator', i.indicator_id, i.title,
        CASE WHEN i.programme_id IS NULL THEN 'theme' ELSE 'programme' END,
        coalesce(i.programme_id, i.theme_id), '4', NULL
    FROM indicators AS i
    WHERE NOT EXISTS (
        SELECT 1
        FROM projects AS p
        JOIN programmes AS g ON g.programme_id = p.programme_id
        WHERE p.indicator_id = i.indicator_id
            AND CASE WHEN i.programme_id IS NULL THEN g.theme_id = i.theme_id ELSE g.programme_id = i.programme_id END
    )
),
tree (depth, path, sort_key, kind, id, title, theme_id, programme_id, project_id, indicator_id, status) AS (
    SELECT 0, title, rank || title || char(30) || id, kind, id, title, id, NULL, NULL, NULL, status
    FROM node
    WHERE kind = 'theme' AND CASE WHEN :theme = '' THEN parent_id IS NULL ELSE id = :theme END
    UNION ALL
    SELECT
        t.depth + 1,
        t.path || ' › ' || n.title,
        -- the two control characters sort before any letter: a branch stays together
        t.sort_key || char(31) || n.rank || n.title || char(30) || n.id,
        n.kind, n.id, n.title,
        CASE n.kind WHEN 'theme' THEN n.id ELSE t.theme_id END,
        CASE n.kind WHEN 'programme' THEN n.id ELSE t.programme_id END,
        CASE n.kind WHEN 'project' THEN n.id ELSE t.project_id END,
        CASE n.kind WHEN 'indicator' THEN n.id END,
        n.status
    FROM tree AS t
    JOIN node AS n ON n.parent_kind = t.kind AND n.parent_id = t.id
    WHERE t.depth < 20
)
SELECT depth, path, kind, id, title, status, theme_id, programme_id, project_id, indicator_id
FROM tree
ORDER BY sort_key
