/*
message: "Of the payments of {agency_id} in {month}, {twice} of {payments} stand twice with the same day, amount and payee, but under different references."
advice: "Was the month drawn a second time after its references changed? Then leave out what stands twice and send the file of this line again. If all were really paid twice, nothing needs to be done."
severity: warning
dataset: spend
field: transaction_ref
why: >
  A month drawn a second time from another ledger has new references, so that nothing tells its payments from new
  ones, and the month counts double. Some payments of one day, amount and payee are real in any month; when it is half
  of the month's different payments, and five at least, the month was probably sent twice. Payments whose payee is
  blank count as one payee.
*/
WITH
suspect AS (
    -- where half of the different payments stand twice, lines are at least half as many again as amounts of a day
    SELECT agency_id, substr(payment_date, 1, 7) AS month
    FROM spend
    GROUP BY agency_id, month
    HAVING count(*) * 2 >= count(DISTINCT amount_pence * 32 + substr(payment_date, 9)) * 3
),
payments AS (
    SELECT
        agency_id, payment_date, count(*) > 1 AND min(ifnull(transaction_ref, '')) < max(transaction_ref) AS is_twice,
        max(file_id) AS last_file
    FROM spend
    WHERE (agency_id, substr(payment_date, 1, 7)) IN suspect
    GROUP BY agency_id, payment_date, amount_pence, provider_name
),
months AS (
    SELECT
        agency_id,
        substr(payment_date, 1, 7) AS month,
        count(*) AS payments,
        sum(is_twice) AS twice,
        max(last_file) FILTER (WHERE is_twice) AS last_file
    FROM payments
    GROUP BY agency_id, month
    HAVING twice >= 5 AND twice * 2 >= payments
)
SELECT min(spend.rowid) AS row_id, months.agency_id, month, payments, twice
FROM months CROSS JOIN spend ON file_id = last_file AND spend.agency_id = months.agency_id
WHERE substr(payment_date, 1, 7) = month
GROUP BY months.agency_id, month
ORDER BY row_id
