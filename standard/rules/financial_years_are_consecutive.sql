/*
message: "{year} is not a financial year."
advice: "Write both calendar years in full, the second one later than the first: 2024-2025 is April 2024 to March 2025."
severity: error
why: >
  A financial year begins on 1 April and ends on 31 March of the next year. What spans more years, or runs backwards, cannot
  be added to a year or compared with one.
*/
WITH years AS (
    SELECT 'stream_amounts' AS dataset, 'fy' AS field, rowid AS row_id, fy AS year FROM stream_amounts
    UNION ALL SELECT 'deflators', 'fy', rowid, fy FROM deflators
    UNION ALL SELECT 'targets', 'period', rowid, period FROM targets
    UNION ALL SELECT 'outcomes', 'period', rowid, period FROM outcomes
    UNION ALL SELECT 'contributions', 'fy', rowid, fy FROM contributions
    UNION ALL SELECT 'budgets', 'fy', rowid, fy FROM budgets
    UNION ALL SELECT 'caseloads', 'fy', rowid, fy FROM caseloads
    UNION ALL SELECT 'typical_families', 'fy', rowid, fy FROM typical_families
    UNION ALL SELECT 'contacts', 'fy', rowid, fy FROM contacts
    UNION ALL SELECT 'interventions', 'period', rowid, period FROM interventions
    UNION ALL SELECT 'reward_rates', 'attached_fy', rowid, attached_fy FROM reward_rates
    UNION ALL SELECT 'reward_claims', 'fy', rowid, fy FROM reward_claims
    UNION ALL SELECT 'reward_claims', 'attached_fy', rowid, attached_fy FROM reward_claims
    UNION ALL SELECT 'unit_costs', 'price_year', rowid, price_year FROM unit_costs
    UNION ALL SELECT 'business_cases', 'base_year', rowid, base_year FROM business_cases
    UNION ALL SELECT 'savings', 'fy', rowid, fy FROM savings
    UNION ALL SELECT 'savings', 'price_year', rowid, price_year FROM savings
    UNION ALL SELECT 'expected_publications', 'period', rowid, period FROM expected_publications
    UNION ALL SELECT 'corrections', 'period', rowid, period FROM corrections
)
SELECT dataset, field, row_id, year
FROM years
WHERE length(year) = 9 AND CAST(substr(year, 6) AS INTEGER) <> substr(year, 1, 4) + 1
ORDER BY dataset, row_id, field
