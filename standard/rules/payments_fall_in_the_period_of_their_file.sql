/*
message: "The payment is dated {payment_date}, but the file covers {period}."
advice: "Check the date and whether day and month were swapped; if the file covers more, say so in the period of its resource in datapackage.json."
severity: error
dataset: spend
field: payment_date
why: >
  A file says which period it covers. A payment outside it is misdated, or belongs in another file, where it may stand
  already.
*/
SELECT spend.rowid AS row_id, payment_date, period
FROM spend CROSS JOIN files USING (file_id)
WHERE payment_date NOT BETWEEN period_start AND period_end
ORDER BY row_id
