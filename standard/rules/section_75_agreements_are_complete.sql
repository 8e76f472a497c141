/*
message: "The section 75 agreement {agreement_id} does not say its {missing}."
advice: "Give host_agency_id, pool_manager (an office, not a name), aims and variance_rule, as the signed agreement has them."
severity: error
dataset: agreements
why: >
  A pool of council and NHS money under section 75 of the National Health Service Act 2006 needs a host, a manager, agreed
  aims, and a rule for over- and underspends (NHS Bodies and Local Authorities Partnership Arrangements Regulations 2000,
  regulation 7).
*/
WITH missing AS (
    SELECT rowid AS row_id, agreement_id, 1 AS place, 'host_agency_id' AS field, 'host' AS what
    FROM agreements WHERE kind = 'section_75' AND host_agency_id IS NULL
    UNION ALL
    SELECT rowid, agreement_id, 2, 'pool_manager', 'pool manager'
    FROM agreements WHERE kind = 'section_75' AND pool_manager IS NULL
    UNION ALL
    SELECT rowid, agreement_id, 3, 'aims', 'aims'
    FROM agreements WHERE kind = 'section_75' AND aims IS NULL
    UNION ALL
    SELECT rowid, agreement_id, 4, 'variance_rule', 'rule for over- and underspends'
    FROM agreements WHERE kind = 'section_75' AND variance_rule IS NULL
)
SELECT row_id, agreement_id, field, what AS missing
FROM missing
ORDER BY row_id, place
