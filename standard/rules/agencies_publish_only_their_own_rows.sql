/*
message: "{publisher_id} publishes a row of {agency_id}."
advice: "Correct agency_id, or leave the row to that agency to publish."
severity: error
field: agency_id
why: >
  Each agency answers for its own figures. Some datasets may also come from the partnership, which gathers them for agencies
  that send nothing themselves; budgets, payments and reward claims may not.
*/
WITH published AS (
    SELECT 'budgets' AS dataset, rowid AS row_id, publisher_id, agency_id FROM budgets WHERE agency_id <> publisher_id
    UNION ALL
    SELECT 'spend', rowid, publisher_id, agency_id FROM spend WHERE agency_id <> publisher_id
    UNION ALL
    SELECT 'reward_claims', rowid, publisher_id, agency_id FROM reward_claims WHERE agency_id <> publisher_id
    UNION ALL
    SELECT 'services', rowid, publisher_id, agency_id
    FROM services WHERE publisher_id NOT IN (agency_id, 'partnership')
    UNION ALL
    SELECT 'contributions', rowid, publisher_id, agency_id
    FROM contributions WHERE publisher_id NOT IN (agency_id, 'partnership')
    UNION ALL
    SELECT 'allocations', rowid, publisher_id, agency_id
    FROM allocations WHERE publisher_id NOT IN (agency_id, 'partnership')
    UNION ALL
    SELECT 'savings', rowid, publisher_id, agency_id
    FROM savings WHERE publisher_id NOT IN (agency_id, 'partnership')
    UNION ALL
    SELECT 'corrections', rowid, publisher_id, agency_id
    FROM corrections WHERE publisher_id NOT IN (agency_id, 'partnership')
)
SELECT dataset, row_id, publisher_id, agency_id
FROM published
ORDER BY dataset, row_id
