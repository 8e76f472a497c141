/*
title: Tables, and how many rows they have
meaning: "Each row is one table of this release, with its title, what it says and its number of rows."
caveats:
  - "Rows that are held back are not in the tables, and not in these numbers."
parameters: {}
columns:
  row_count: {title: "Rows", unit: count}
draw: {kind: table}
*/
SELECT dataset, title, section, description, row_count
FROM datasets
ORDER BY section, title, dataset
