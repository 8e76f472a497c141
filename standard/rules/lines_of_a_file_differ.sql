/*
message: "This line is the same as line {first_line} of the file; {copies} lines of the file are alike in every published column."
advice: "If each is a payment of its own, nothing needs to be done; a reference of its own would show it. Else send the file again with the payment once."
severity: warning
dataset: spend
why: >
  Two identical lines can both be real, as two boilers in one block, and often a line was copied by mistake. So all of
  them are published and counted, and the second of each kind is named. Only payments can have identical lines: in
  every other dataset the key of a row stands once. Columns that are not published may still tell the lines apart.
*/
WITH
suspect AS (
    SELECT file_id, payment_date, amount_pence, transaction_ref
    FROM spend
    GROUP BY file_id, payment_date, amount_pence, transaction_ref
    HAVING count(*) > 1
),
alike AS (
    SELECT
        spend.rowid AS row_id,
        line,
        first_value(line) OVER kind AS first_line,
        row_number() OVER kind AS place,
        count(*) OVER (kind ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS copies
    FROM spend CROSS JOIN suspect USING (file_id, payment_date, amount_pence)
    WHERE spend.transaction_ref IS suspect.transaction_ref
    WINDOW kind AS (
        PARTITION BY
            file_id, payment_date, amount_pence, spend.transaction_ref, agency_id, irrecoverable_vat_pence, provider_name,
            provider_org_id, provider_id, department, expense_type, purpose, procurement_code, function,
            merchant_category, is_grant, is_card, service_id, project_id, area_id, redaction
        ORDER BY line
    )
)
SELECT row_id, first_line, copies
FROM alike
WHERE place = 2
ORDER BY row_id
