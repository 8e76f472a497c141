/*
message: "By {fy}, {agency_id} claims {claimed} results ({result}) under {scheme_id}, but only {attached} were attached."
advice: "Claim the attachments first, or correct units. A family or person counts once for each kind of result; claims that were refused do not count."
severity: error
dataset: reward_claims
field: units
why: >
  A result is paid for families and people who were attached to the scheme. Added up over the years, more results of one
  kind than attachments would claim the same result twice.
*/
WITH
claims AS (
    SELECT
        rowid AS row_id, scheme_id, agency_id, coalesce(cohort_id, '') AS cohort, fy, kind,
        coalesce(result, 'all') AS result, units, file_id, line
    FROM reward_claims
    WHERE status <> 'refused'
),
results AS (
    SELECT
        *,
        sum(units) OVER (
            PARTITION BY scheme_id, agency_id, cohort, result
            ORDER BY fy, file_id, line ROWS UNBOUNDED PRECEDING
        ) AS claimed
    FROM claims
    WHERE kind = 'result'
),
compared AS (
    SELECT
        results.row_id, results.scheme_id, results.agency_id, results.fy, results.result, results.claimed,
        coalesce(sum(attachments.units), 0) AS attached
    FROM results
    LEFT JOIN claims AS attachments
        ON attachments.kind = 'attachment'
        AND attachments.scheme_id = results.scheme_id
        AND attachments.agency_id = results.agency_id
        AND attachments.cohort = results.cohort
        AND attachments.fy <= results.fy
    GROUP BY results.row_id
)
SELECT row_id, scheme_id, agency_id, fy, result, claimed, attached
FROM compared
WHERE claimed > attached
ORDER BY row_id
