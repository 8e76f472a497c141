/*
What each agency paid to each payee in each month, from published payments, as the payments themselves name the payee.

Payments are added up by all that they say of their payee: its code in the list of providers, its organisation number, its
name as the agency wrote it, and why the name is withheld; grants and other payments apart. Whether two of these are one
organisation is for whoever asks: nothing is matched here. Every penny of the published payments is here once.
*/
SELECT
    substr(payment_date, 1, 7) AS month,
    agency_id,
    provider_id,
    provider_org_id,
    provider_name,
    redaction,
    is_grant,
    count(*) AS payments,
    count(*) FILTER (WHERE amount_pence > 0) AS paid,
    count(*) FILTER (WHERE amount_pence < 0) AS credits,
    sum(amount_pence) AS amount_pence,
    coalesce(sum(amount_pence) FILTER (WHERE amount_pence < 0), 0) AS credits_pence,
    min(amount_pence) FILTER (WHERE amount_pence < 0) AS largest_credit_pence
FROM spend
GROUP BY 1, 2, 3, 4, 5, 6, 7
ORDER BY 1, 2, 3, 4, 5, 6, 7
