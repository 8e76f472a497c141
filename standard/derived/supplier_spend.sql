/*
What each agency paid in each financial year by the kind of payee: private or voluntary, small or not, local or not.

A payment's payee is the provider that it names, otherwise the one of the same organisation number in the list of
providers (the first code, where several have it); never one of the same name. What the list does not say of a provider,
and everything about payees that are not on it, is blank: not known, not false. Payments to other agencies of the place
are told as in the table of transfers. Every penny of the published payments is here once.
*/
WITH
agency_number AS MATERIALIZED (
    -- organisation numbers that are an agency's, by its own row or by the list of providers
    SELECT org_id, agency_id FROM agencies WHERE org_id IS NOT NULL
    UNION
    SELECT org_id, agency_id FROM providers WHERE org_id IS NOT NULL AND agency_id IS NOT NULL
),
numbered_provider AS (
    SELECT org_id, min(provider_id) AS provider_id FROM providers WHERE org_id IS NOT NULL GROUP BY org_id
),
paid AS (
    SELECT
        agency_id,
        month,
        provider_id,
        provider_org_id,
        sum(payments) AS payments,
        sum(amount_pence) AS amount_pence
    FROM payee_spend
    GROUP BY 1, 2, 3, 4
),
payee AS (
    SELECT
        -- a financial year starts in April: three months earlier, it is a calendar year
        CAST(strftime('%Y', paid.month || '-01', '-3 months') AS INTEGER) AS year,
        paid.agency_id,
        coalesce(paid.provider_id, numbered_provider.provider_id) AS provider_id,
        coalesce(named.agency_id <> paid.agency_id, 0)
        OR (
            coalesce(coalesce(paid.provider_org_id, named.org_id) IN (SELECT org_id FROM agency_number), 0)
            AND (coalesce(paid.provider_org_id, named.org_id), paid.agency_id) NOT IN
            (SELECT org_id, agency_id FROM agency_number)
        ) AS is_transfer,
        paid.payments,
        paid.amount_pence
    FROM paid
    LEFT JOIN providers AS named ON named.provider_id = paid.provider_id
    LEFT JOIN numbered_provider ON numbered_provider.org_id = paid.provider_org_id
)
SELECT
    payee.year || '-' || (payee.year + 1) AS fy,
    payee.agency_id,
    providers.provider_type,
    providers.is_sme,
    providers.is_local,
    payee.is_transfer,
    sum(payee.payments) AS payments,
    sum(payee.amount_pence) AS amount_pence
FROM payee
LEFT JOIN providers ON providers.provider_id = payee.provider_id
GROUP BY 1, 2, 3, 4, 5, 6
ORDER BY 1, 2, 3, 4, 5, 6
