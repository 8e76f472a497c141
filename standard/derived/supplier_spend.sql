/*
What each agency paid in each financial year, by the kind of payee: private or voluntary, small or not, local or not.

A payment's payee is the provider that it names, otherwise the one of the same organisation number in the list of
providers (the first code, where several have it); never one of the same name. What the list does not say of a provider,
and everything about payees that are not on it, is blank: not known, not false. Payments to another agency of the place
are told as in the table of transfers. Every penny of the published payments is here once.
*/
WITH numbered AS (
    SELECT org_id, min(provider_id) AS provider_id FROM providers WHERE org_id IS NOT NULL GROUP BY org_id
),
paid AS (
    SELECT
        agency_id,
        substr(payment_date, 1, 7) AS month,
        provider_id,
        provider_org_id,
        count(*) AS payments,
        sum(amount_pence) AS amount_pence
    FROM spend
    GROUP BY 1, 2, 3, 4
)
SELECT
    CAST(strftime('%Y', paid.month || '-01', '-3 months') AS INTEGER)
    || '-' || (strftime('%Y', paid.month || '-01', '-3 months') + 1) AS fy,
    paid.agency_id,
    coalesce(provider.provider_type, same.provider_type) AS provider_type,
    iif(provider.provider_id IS NULL, same.is_sme, provider.is_sme) AS is_sme,
    iif(provider.provider_id IS NULL, same.is_local, provider.is_local) AS is_local,
    sum(paid.payments) AS payments,
    sum(paid.amount_pence) AS amount_pence
FROM paid
LEFT JOIN providers AS provider ON provider.provider_id = paid.provider_id
LEFT JOIN numbered ON numbered.org_id = paid.provider_org_id
LEFT JOIN providers AS same ON same.provider_id = numbered.provider_id
GROUP BY 1, 2, 3, 4, 5
