/*
message: "The pooled contribution {contribution_id} names no {missing}."
advice: "Give the agency that hosts the pool in host_agency_id and its agreement in agreement_id; if the money stays in the agency's own budget, the arrangement is aligned."
severity: error
dataset: contributions
why: >
  A pooled fund is spent and accounted for by its host, under an agreement that all who pay in have signed. Without
  either, nobody answers for the money.
*/
SELECT
    rowid AS row_id,
    contribution_id,
    CASE WHEN host_agency_id IS NULL THEN 'host_agency_id' ELSE 'agreement_id' END AS field,
    CASE
        WHEN agreement_id IS NOT NULL THEN 'host'
        WHEN host_agency_id IS NOT NULL THEN 'agreement'
        ELSE 'host and no agreement'
    END AS missing
FROM contributions
WHERE arrangement = 'pooled' AND (host_agency_id IS NULL OR agreement_id IS NULL)
ORDER BY row_id
