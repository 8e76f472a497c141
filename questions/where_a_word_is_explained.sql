/*
title: Where a word is explained
meaning: "Each row is a column of a published table whose name, title or description has the word asked for, and what it means."
caveats:
  - "An amount that ends in _gbp in the files is in whole pence in this database, and its name ends in _pence."
parameters:
  word: {title: "Word, for example threshold; empty for all columns", example: "threshold"}
  dataset: {title: "Table, by its name; empty for all", example: "agencies"}
columns:
  is_required: {title: "Must always be there"}
  codes: {title: "Possible values"}
draw: {kind: table}
*/
SELECT
    c.dataset,
    d.title AS table_title,
    c."column",
    c.title,
    c.description,
    c.type,
    c.unit,
    c.is_required,
    c.refers_to,
    c.codes,
    c.disclosure
FROM "columns" AS c
LEFT JOIN datasets AS d ON d.dataset = c.dataset
-- instr takes the word as it is: no sign in it has a meaning of its own
WHERE instr(lower(c."column" || ' ' || c.title || ' ' || c.description), lower(:word)) > 0
    AND (:dataset = '' OR c.dataset = :dataset)
ORDER BY c.dataset, c.position
