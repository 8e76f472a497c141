/*
message: "The saving {saving_id} is verified at {verified}, but {claimed}."
advice: "Check both amounts. A verifier confirms what was claimed, or less; if more was saved than anyone claimed, the agency claims it first."
severity: warning
dataset: savings
field: amount_gbp
why: >
  To verify is to test a claim. More than the claim was never tested, and nobody has put their name to it. Amounts in
  prices of different years, or gross against net, are not compared.
*/
SELECT
    verified.rowid AS row_id,
    saving_id,
    printf('£%,d.%02d', verified.amount_pence / 100, verified.amount_pence % 100) AS verified,
    CASE
        WHEN claims.saving_id IS NULL THEN 'was never claimed'
        ELSE printf('only £%,d.%02d was claimed', claims.amount_pence / 100, claims.amount_pence % 100)
    END AS claimed
FROM savings AS verified
LEFT JOIN (
    SELECT saving_id, price_year, basis, amount_pence FROM savings WHERE phase = 'claimed'
) AS claims USING (saving_id)
WHERE verified.phase = 'verified'
    AND (
        claims.saving_id IS NULL
        OR verified.amount_pence > claims.amount_pence
        AND verified.price_year = claims.price_year
        AND verified.basis = claims.basis
    )
ORDER BY row_id
