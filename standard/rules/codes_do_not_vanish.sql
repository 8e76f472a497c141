/*
message: "{code} was in the release of {day}, and is no longer sent."
advice: "If it ended, send it again with the day of its end. If its code was changed, keep the old one: addresses, targets and payments of others name it."
severity: warning
compares_with: before
why: >
  A project, programme, indicator, service or provider that is gone takes its history with it, and what others say of it
  names nothing. A package is held against the current release when it is checked, before it is published; a code whose row is
  held back counts as gone too. The warning stands at the first row that its publisher still sends of that kind. Where none is left, the
  whole file is missing, which the list of what was sent shows.
*/
WITH
vanished AS (
    SELECT 'indicators' AS dataset, 'indicator_id' AS field, indicator_id AS code, publisher_id FROM before.indicators WHERE indicator_id NOT IN (SELECT indicator_id FROM indicators)
    UNION ALL
    SELECT 'programmes', 'programme_id', programme_id, publisher_id FROM before.programmes WHERE programme_id NOT IN (SELECT programme_id FROM programmes)
    UNION ALL
    SELECT 'projects', 'project_id', project_id, publisher_id FROM before.projects WHERE project_id NOT IN (SELECT project_id FROM projects)
    UNION ALL
    SELECT 'services', 'service_id', service_id, publisher_id FROM before.services WHERE service_id NOT IN (SELECT service_id FROM services)
    UNION ALL
    SELECT 'providers', 'provider_id', provider_id, publisher_id FROM before.providers WHERE provider_id NOT IN (SELECT provider_id FROM providers)
),
firsts AS (
    SELECT 'indicators' AS dataset, publisher_id, min(rowid) AS row_id FROM indicators GROUP BY publisher_id
    UNION ALL
    SELECT 'programmes', publisher_id, min(rowid) FROM programmes GROUP BY publisher_id
    UNION ALL
    SELECT 'projects', publisher_id, min(rowid) FROM projects GROUP BY publisher_id
    UNION ALL
    SELECT 'services', publisher_id, min(rowid) FROM services GROUP BY publisher_id
    UNION ALL
    SELECT 'providers', publisher_id, min(rowid) FROM providers GROUP BY publisher_id
)
SELECT firsts.row_id, vanished.dataset, vanished.field, vanished.code, earlier.as_of AS day
FROM vanished
JOIN firsts USING (dataset, publisher_id)
CROSS JOIN before.releases AS earlier
ORDER BY vanished.dataset, vanished.code
