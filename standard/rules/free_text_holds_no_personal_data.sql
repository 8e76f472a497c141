/*
message: "The column {field} seems to hold {kind}."
advice: "Take it out and send the row again; offices and teams are described in words. If a payment's provider is a person, leave provider_name blank and give redaction as personal."
severity: error
why: >
  Nobody's address or number belongs in open data. Every column of free words is looked at for an e-mail address, a United
  Kingdom phone number, a National Insurance number and an NHS number with its check digit; references and codes are not,
  because a long number there is a reference. The agency's published contact is meant to be one.
  personal_data_in(text) names the first kind found, or is null.
*/
WITH
written AS (
    SELECT 'areas' AS dataset, 'name' AS field, rowid AS row_id, name AS words FROM areas
    UNION ALL SELECT 'agencies', 'name', rowid, name FROM agencies
    UNION ALL SELECT 'agencies', 'spend_scope', rowid, spend_scope FROM agencies
    UNION ALL SELECT 'members', 'body', rowid, body FROM members
    UNION ALL SELECT 'rounds', 'title', rowid, title FROM rounds
    UNION ALL SELECT 'providers', 'name', rowid, name FROM providers
    UNION ALL SELECT 'purposes', 'title', rowid, title FROM purposes
    UNION ALL SELECT 'themes', 'title', rowid, title FROM themes
    UNION ALL SELECT 'themes', 'vision', rowid, vision FROM themes
    UNION ALL SELECT 'cohorts', 'title', rowid, title FROM cohorts
    UNION ALL SELECT 'cohorts', 'definition', rowid, definition FROM cohorts
    UNION ALL SELECT 'cohorts', 'national_source', rowid, national_source FROM cohorts
    UNION ALL SELECT 'programmes', 'title', rowid, title FROM programmes
    UNION ALL SELECT 'indicators', 'title', rowid, title FROM indicators
    UNION ALL SELECT 'indicators', 'definition', rowid, definition FROM indicators
    UNION ALL SELECT 'indicators', 'source', rowid, source FROM indicators
    UNION ALL SELECT 'indicators', 'numerator', rowid, numerator FROM indicators
    UNION ALL SELECT 'indicators', 'denominator', rowid, denominator FROM indicators
    UNION ALL SELECT 'needs', 'title', rowid, title FROM needs
    UNION ALL SELECT 'needs', 'summary', rowid, summary FROM needs
    UNION ALL SELECT 'voices', 'summary', rowid, summary FROM voices
    UNION ALL SELECT 'projects', 'title', rowid, title FROM projects
    UNION ALL SELECT 'projects', 'specific', rowid, specific FROM projects
    UNION ALL SELECT 'projects', 'resources', rowid, resources FROM projects
    UNION ALL SELECT 'projects', 'risk', rowid, risk FROM projects
    UNION ALL SELECT 'projects', 'stopped_reason', rowid, stopped_reason FROM projects
    UNION ALL SELECT 'milestones', 'milestone', rowid, milestone FROM milestones
    UNION ALL SELECT 'services', 'title', rowid, title FROM services
    UNION ALL SELECT 'services', 'ended_reason', rowid, ended_reason FROM services
    UNION ALL SELECT 'funding_streams', 'title', rowid, title FROM funding_streams
    UNION ALL SELECT 'funding_streams', 'national_programme', rowid, national_programme FROM funding_streams
    UNION ALL SELECT 'deflators', 'source', rowid, source FROM deflators
    UNION ALL SELECT 'agreements', 'title', rowid, title FROM agreements
    UNION ALL SELECT 'agreements', 'pool_manager', rowid, pool_manager FROM agreements
    UNION ALL SELECT 'agreements', 'aims', rowid, aims FROM agreements
    UNION ALL SELECT 'asks', 'title', rowid, title FROM asks
    UNION ALL SELECT 'asks', 'evidence', rowid, evidence FROM asks
    UNION ALL SELECT 'asks', 'reason', rowid, reason FROM asks
    UNION ALL SELECT 'targets', 'agreed_by', rowid, agreed_by FROM targets
    UNION ALL SELECT 'targets', 'reason', rowid, reason FROM targets
    UNION ALL SELECT 'outcomes', 'note', rowid, note FROM outcomes
    UNION ALL SELECT 'allocations', 'department', rowid, department FROM allocations
    UNION ALL SELECT 'allocations', 'expense_type', rowid, expense_type FROM allocations
    UNION ALL SELECT 'allocations', 'evidence', rowid, evidence FROM allocations
    UNION ALL SELECT 'typical_families', 'source', rowid, source FROM typical_families
    UNION ALL SELECT 'contacts', 'profession', rowid, profession FROM contacts
    UNION ALL SELECT 'interventions', 'intervention', rowid, intervention FROM interventions
    UNION ALL SELECT 'interventions', 'hub', rowid, hub FROM interventions
    UNION ALL SELECT 'interventions', 'team', rowid, team FROM interventions
    UNION ALL SELECT 'benefit_shares', 'basis', rowid, basis FROM benefit_shares
    UNION ALL SELECT 'unit_costs', 'title', rowid, title FROM unit_costs
    UNION ALL SELECT 'unit_costs', 'unit', rowid, unit FROM unit_costs
    UNION ALL SELECT 'unit_costs', 'source', rowid, source FROM unit_costs
    UNION ALL SELECT 'optimism_bias', 'source', rowid, source FROM optimism_bias
    UNION ALL SELECT 'business_cases', 'title', rowid, title FROM business_cases
    UNION ALL SELECT 'business_cases', 'counterfactual', rowid, counterfactual FROM business_cases
    UNION ALL SELECT 'case_benefits', 'benefit', rowid, benefit FROM case_benefits
    UNION ALL SELECT 'savings', 'evidence', rowid, evidence FROM savings
    UNION ALL SELECT 'lessons', 'title', rowid, title FROM lessons
    UNION ALL SELECT 'lessons', 'tried', rowid, tried FROM lessons
    UNION ALL SELECT 'lessons', 'happened', rowid, happened FROM lessons
    UNION ALL SELECT 'lessons', 'advice', rowid, advice FROM lessons
    UNION ALL SELECT 'lessons', 'audience', rowid, audience FROM lessons
    UNION ALL SELECT 'corrections', 'changed', rowid, changed FROM corrections
    UNION ALL SELECT 'corrections', 'reason', rowid, reason FROM corrections
),
paid_for (field, words) AS (
    -- payments say the same again and again: what they say is looked at once
    SELECT 'provider_name', words FROM (SELECT DISTINCT provider_name AS words FROM spend)
    UNION ALL SELECT 'department', words FROM (SELECT DISTINCT department AS words FROM spend)
    UNION ALL SELECT 'expense_type', words FROM (SELECT DISTINCT expense_type AS words FROM spend)
    UNION ALL SELECT 'purpose', words FROM (SELECT DISTINCT purpose AS words FROM spend)
    UNION ALL SELECT 'merchant_category', words FROM (SELECT DISTINCT merchant_category AS words FROM spend)
),
looked_at AS MATERIALIZED (
    SELECT dataset, field, row_id, words, personal_data_in(words) AS kind
    FROM (SELECT * FROM written UNION ALL SELECT 'spend', field, NULL, words FROM paid_for)
    WHERE words GLOB '*@*' OR words GLOB '*[0-9][0-9]*[0-9][0-9]*[0-9][0-9]*'
        OR words GLOB '*[0-9][A-Z][A-Z]*' OR words LIKE '%born%' OR words LIKE '%birth%' OR words LIKE '%d%o%b%'
),
told AS MATERIALIZED (
    SELECT field, words, kind FROM looked_at WHERE dataset = 'spend' AND kind IS NOT NULL
),
found AS (
    -- payments are gone through again only where one of their columns has told something
    SELECT dataset, field, row_id, kind FROM looked_at WHERE dataset <> 'spend' AND kind IS NOT NULL
    UNION ALL
    SELECT 'spend', field, spend.rowid, kind
    FROM spend CROSS JOIN told ON field = 'provider_name' AND words = spend.provider_name
    WHERE EXISTS (SELECT 1 FROM told WHERE field = 'provider_name')
    UNION ALL
    SELECT 'spend', field, spend.rowid, kind
    FROM spend CROSS JOIN told ON field = 'department' AND words = spend.department
    WHERE EXISTS (SELECT 1 FROM told WHERE field = 'department')
    UNION ALL
    SELECT 'spend', field, spend.rowid, kind
    FROM spend CROSS JOIN told ON field = 'expense_type' AND words = spend.expense_type
    WHERE EXISTS (SELECT 1 FROM told WHERE field = 'expense_type')
    UNION ALL
    SELECT 'spend', field, spend.rowid, kind
    FROM spend CROSS JOIN told ON field = 'purpose' AND words = spend.purpose
    WHERE EXISTS (SELECT 1 FROM told WHERE field = 'purpose')
    UNION ALL
    SELECT 'spend', field, spend.rowid, kind
    FROM spend CROSS JOIN told ON field = 'merchant_category' AND words = spend.merchant_category
    WHERE EXISTS (SELECT 1 FROM told WHERE field = 'merchant_category')
)
SELECT dataset, field, row_id, kind
FROM found
ORDER BY dataset, row_id, field
