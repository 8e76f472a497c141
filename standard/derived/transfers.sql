/*
What one agency of the place paid to another in one financial year, from published payments.

The payee is told by its identifiers, never by its name: by the agency that the list of providers gives for it, or by an
organisation number that is an agency's (its own, or that of a provider which the list says it is). Where the two
disagree, the one that is not the payer itself counts. A payment to an organisation of the payer's own number is none.

It is taken out of the place's total only where both agencies publish a budget of that year, in whatever phase: only
then is the same money in the total twice. Otherwise it would vanish from it altogether.
*/
WITH
agency_number AS MATERIALIZED (
    SELECT org_id, agency_id FROM agencies WHERE org_id IS NOT NULL
    UNION
    SELECT org_id, agency_id FROM providers WHERE org_id IS NOT NULL AND agency_id IS NOT NULL
),
numbered AS (
    SELECT org_id, min(agency_id) AS agency_id FROM agency_number GROUP BY org_id
),
paid AS (
    SELECT
        agency_id,
        provider_id,
        provider_org_id,
        month,
        sum(payments) AS payments,
        sum(amount_pence) AS amount_pence
    FROM payee_spend
    WHERE
        provider_org_id IN (SELECT org_id FROM numbered)
        OR provider_id IN (
            SELECT provider_id
            FROM providers
            WHERE agency_id IS NOT NULL OR org_id IN (SELECT org_id FROM numbered)
        )
    GROUP BY 1, 2, 3, 4
),
told AS (
    SELECT
        paid.agency_id AS from_agency_id,
        iif(providers.agency_id <> paid.agency_id, providers.agency_id, numbered.agency_id) AS to_agency_id,
        -- a financial year starts in April: three months earlier, it is a calendar year
        CAST(strftime('%Y', paid.month || '-01', '-3 months') AS INTEGER) AS year,
        paid.payments,
        paid.amount_pence
    FROM paid
    LEFT JOIN providers ON providers.provider_id = paid.provider_id
    LEFT JOIN numbered
        ON numbered.org_id = coalesce(paid.provider_org_id, providers.org_id)
        AND (numbered.org_id, paid.agency_id) NOT IN (SELECT org_id, agency_id FROM agency_number)
),
transfer AS (
    SELECT
        from_agency_id,
        to_agency_id,
        year || '-' || (year + 1) AS fy,
        sum(payments) AS payments,
        sum(amount_pence) AS amount_pence
    FROM told
    WHERE to_agency_id IS NOT NULL
    GROUP BY from_agency_id, to_agency_id, year
)
SELECT
    from_agency_id,
    to_agency_id,
    fy,
    payments,
    amount_pence,
    (from_agency_id, fy) IN (SELECT agency_id, fy FROM budgets)
    AND (to_agency_id, fy) IN (SELECT agency_id, fy FROM budgets) AS is_taken_out
FROM transfer
ORDER BY from_agency_id, to_agency_id, fy
