/*
The points of every target's path: where each indicator started in each area, what it should pass, and what it should reach.

Two paths are kept for every indicator and area. The current one has the rows that no other row replaces. The original one
has the rows agreed no later than the first target (without any target, no later than the first row), so that a goalpost
that was moved can still be seen where it stood. Each point lies at the last month of its period; between two points the
path is a straight line, and after the last it goes on level.

A path begins at its first baseline and ends at its last target; an earlier target that nothing replaced is a milestone on
the way. Left out are rows before the baseline or after the last target, and later baselines: a new start is not progress, and
to count it must replace the old one. Where two rows fall in one month, a target goes before a baseline and that before a
milestone, then the one agreed later.
*/
WITH
-- up to which day rows belong to the original path
first_agreed AS (
    SELECT
        indicator_id,
        area_id,
        coalesce(min(agreed_on) FILTER (WHERE kind = 'target'), min(agreed_on)) AS first_agreed_on
    FROM targets
    GROUP BY indicator_id, area_id
),
-- every row, once for each path that it can be on
candidates AS (
    SELECT 'current' AS path, indicator_id, area_id, target_id, kind, period, value, agreed_on, supersedes
    FROM targets
    UNION ALL
    SELECT 'original', indicator_id, area_id, target_id, kind, period, value, agreed_on, supersedes
    FROM targets
    JOIN first_agreed USING (indicator_id, area_id)
    WHERE agreed_on <= first_agreed_on
),
-- what no other row of the same path replaces, the weightiest of each month first
in_force AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY indicator_id, area_id, path, month_number
            ORDER BY instr('target, baseline, milestone', kind), agreed_on DESC, target_id DESC
        ) AS place_in_month
    FROM candidates
    JOIN periods USING (period)
    WHERE (path, target_id) NOT IN (SELECT path, supersedes FROM candidates WHERE supersedes IS NOT NULL)
),
-- where each path begins and ends
placed AS (
    SELECT
        *,
        min(month_number) FILTER (WHERE kind = 'baseline') OVER whole AS first_month,
        max(month_number) FILTER (WHERE kind = 'target') OVER whole AS last_month
    FROM in_force
    WHERE place_in_month = 1
    WINDOW whole AS (PARTITION BY indicator_id, area_id, path)
)
SELECT
    indicator_id,
    area_id,
    path,
    month_number,
    period,
    period_kind,
    iif(month_number < last_month AND kind = 'target', 'milestone', kind) AS kind,
    value,
    target_id
FROM placed
WHERE month_number >= coalesce(first_month, month_number)
    AND (month_number <= last_month OR last_month IS NULL OR last_month < first_month)
    AND (kind <> 'baseline' OR month_number = first_month)
ORDER BY indicator_id, area_id, path, month_number
