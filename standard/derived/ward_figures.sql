/*
The headline figures of each ward, as its map shows them: one row for each ward.

Payments are all published ones that are for the ward, stated or shared out by a published allocation, credits taken off;
money for a larger area is not shared out among its wards. Indicators count once each, by their status in the table of
progress: on course are those achieved or on track, off course those off track, missed, worsening or without change; of
the others nobody can tell yet.
*/
WITH paid AS (
    SELECT area_id, sum(amount_pence) AS payments_pence, count(DISTINCT agency_id) AS agencies_paying
    FROM yearly_spend
    GROUP BY area_id
),
judged AS (
    SELECT
        area_id,
        count(*) AS indicators,
        count(*) FILTER (WHERE status IN ('achieved', 'on_track')) AS on_course,
        count(*) FILTER (WHERE status IN ('off_track', 'missed', 'worsening', 'no_change')) AS off_course
    FROM progress
    GROUP BY area_id
)
SELECT
    areas.area_id,
    paid.payments_pence,
    coalesce(paid.agencies_paying, 0) AS agencies_paying,
    coalesce(judged.indicators, 0) AS indicators,
    coalesce(judged.on_course, 0) AS on_course,
    coalesce(judged.off_course, 0) AS off_course
FROM areas
LEFT JOIN paid ON paid.area_id = areas.area_id
LEFT JOIN judged ON judged.area_id = areas.area_id
WHERE areas.area_type = 'ward'
ORDER BY areas.area_id
