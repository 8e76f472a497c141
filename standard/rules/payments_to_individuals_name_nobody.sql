/*
message: "This payment is to an individual, and has a name of its own beside the one that stands for all of them."
advice: "Leave the name blank, give redaction as personal and send the file again; the amount, the date and what it was for stay."
severity: error
dataset: spend
field: provider_name
why: >
  Foster carers, people with direct payments and others who are paid as private persons appear as one payee for each
  kind, which the list of providers calls an individual: so the money is seen, and nobody is. A name that a ledger left
  in the row would undo that. The name itself is not repeated.
*/
SELECT spend.rowid AS row_id
FROM providers CROSS JOIN spend USING (provider_id)
WHERE provider_type = 'individual' AND provider_name IS NOT NULL AND provider_name <> name
ORDER BY row_id
