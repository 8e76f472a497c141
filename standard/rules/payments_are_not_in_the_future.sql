/*
message: "The payment is dated {payment_date}, after the day of this release, {as_of}."
advice: "Check the year and whether day and month were swapped. A payment can be published once it has been made."
severity: error
dataset: spend
field: payment_date
why: >
  A payment that lies in the future has not been made.
*/
SELECT spend.rowid AS row_id, payment_date, as_of
FROM releases CROSS JOIN spend
WHERE payment_date > as_of
ORDER BY row_id
