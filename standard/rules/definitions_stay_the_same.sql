/*
message: "{indicator_id} is not measured in one way throughout: {what}."
advice: "Give figures of the new definition under an indicator of its own, with its own baseline and target, and end the old one with valid_to. Say beside both what changed."
severity: warning
why: >
  Figures of two definitions are not one series, and a target set under one cannot be judged by the other. A release
  holds the definitions of its own day, so a definition that was rewritten in place leaves no trace in it; only two
  releases side by side show that. One release does show three things: an indicator that takes over from one that
  ended, with the same national code or title, and differs in what it counts; a break in a series, as its publisher
  flags it; and a target for a period that reaches beyond the end of its definition.
*/
WITH
followed AS (
    SELECT
        old.indicator_id AS old_id, new.rowid AS row_id, new.indicator_id,
        iif(new.definition IS NOT old.definition, ', definition', '') || iif(new.unit IS NOT old.unit, ', unit', '')
        || iif(new.polarity IS NOT old.polarity, ', polarity', '')
        || iif(new.numerator IS NOT old.numerator, ', numerator', '')
        || iif(new.denominator IS NOT old.denominator, ', denominator', '')
        || iif(new.source IS NOT old.source, ', source', '') AS differences,
        row_number() OVER (PARTITION BY old.indicator_id ORDER BY new.valid_from, new.indicator_id) AS place
    FROM indicators AS old
    JOIN indicators AS new
        ON new.valid_from > old.valid_to
        AND (new.national_code = old.national_code OR lower(new.title) = lower(old.title))
),
breaks AS (
    SELECT min(rowid) AS row_id, indicator_id, period, count(DISTINCT area_id) AS areas
    FROM outcomes
    WHERE ' ' || flags || ' ' LIKE '% b %'
    GROUP BY indicator_id, period
),
aims AS (
    SELECT
        rowid AS row_id, target_id, indicator_id, period,
        CASE
            WHEN length(period) = 9 THEN substr(period, 6) || '-03-31'
            WHEN length(period) = 4 THEN period || '-12-31'
            WHEN period LIKE '____-Q_'
                THEN date(printf('%s-%02d-01', substr(period, 1, 4), 3 * substr(period, 7) - 2), '+3 months', '-1 day')
            WHEN length(period) = 7 THEN date(period || '-01', '+1 month', '-1 day')
            ELSE period
        END AS last_day
    FROM targets
    WHERE kind <> 'baseline' AND target_id NOT IN (SELECT supersedes FROM targets WHERE supersedes IS NOT NULL)
),
changed AS (
    SELECT
        'indicators' AS dataset, 'definition' AS field, row_id, indicator_id,
        printf('it follows %s, but not in its %s', old_id, substr(differences, 3)) AS what
    FROM followed
    WHERE place = 1 AND differences <> ''
    UNION ALL
    SELECT
        'outcomes', 'flags', row_id, indicator_id,
        printf('its series breaks in %s', period) || iif(areas > 1, printf(' in %d areas', areas), '')
    FROM breaks
    UNION ALL
    SELECT
        'targets', 'period', aims.row_id, indicator_id,
        printf('its definition ends on %s, and the target %s is for %s', valid_to, target_id, period)
    FROM aims JOIN indicators USING (indicator_id)
    WHERE last_day > valid_to
)
SELECT dataset, field, row_id, indicator_id, what
FROM changed
ORDER BY dataset, row_id
