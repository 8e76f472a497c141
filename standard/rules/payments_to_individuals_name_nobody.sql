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
WITH individual AS MATERIALIZED (SELECT provider_id, name FROM providers WHERE provider_type = 'individual')
SELECT spend.rowid AS row_id
FROM spend CROSS JOIN individual USING (provider_id)
WHERE provider_name IS NOT NULL AND provider_name <> name
ORDER BY row_id
