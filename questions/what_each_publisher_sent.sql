/*
title: What each publisher sent
meaning: "Each row is one file as its publisher sent it: the rows and pounds in it, what of them is published, and what was done in reading it."
caveats:
  - "Amounts of different datasets are different things. Never add them."
  - "Where the verdict is last_accepted, what was sent last could not be used, and the version before it is shown."
  - "A publisher's own total is compared with the rows above it. A difference is a question for the publisher."
parameters:
  publisher: {title: "Publisher, by its code; empty for all", example: "wexmoor-council"}
  dataset: {title: "Dataset, by its name; empty for all", example: "spend"}
columns:
  path: {title: "File"}
  received_rows: {title: "Rows received", unit: count}
  published_rows: {title: "Rows published", unit: count}
  held_back_rows: {title: "Rows held back", unit: count}
  received_pence: {title: "Received", unit: gbp}
  published_pence: {title: "Published", unit: gbp}
  control_total_pence: {title: "Publisher's own total", unit: gbp}
  blank_rows: {title: "Blank rows left out", unit: count}
  rewritten_cells: {title: "Cells rewritten as declared", unit: count}
draw: {kind: table}
*/
WITH total AS (
    SELECT
        file_id,
        sum("rows") FILTER (WHERE outcome = 'received') AS received_rows,
        sum("rows") FILTER (WHERE outcome = 'published') AS published_rows,
        sum("rows") FILTER (WHERE outcome = 'held_back') AS held_back_rows,
        sum(amount_pence) FILTER (WHERE outcome = 'received') AS received_pence,
        sum(amount_pence) FILTER (WHERE outcome = 'published') AS published_pence
    FROM conservation
    GROUP BY file_id
)
SELECT
    p.publisher_id,
    coalesce(a.name, p.title) AS publisher,
    p.verdict,
    p.received_on,
    f.file_id,
    f.dataset,
    f.path,
    f.period,
    f.encoding,
    t.received_rows,
    t.published_rows,
    coalesce(t.held_back_rows, 0) AS held_back_rows,
    t.received_pence,
    t.published_pence,
    f.control_total_pence,
    f.blank_rows,
    f.rewritten_cells
FROM packages AS p
LEFT JOIN agencies AS a ON a.agency_id = p.publisher_id
-- a package that was refused and never accepted has no file, and still a row
LEFT JOIN files AS f ON f.publisher_id = p.publisher_id AND (:dataset = '' OR f.dataset = :dataset)
LEFT JOIN total AS t ON t.file_id = f.file_id
WHERE (:publisher = '' OR p.publisher_id = :publisher) AND (:dataset = '' OR f.file_id IS NOT NULL)
ORDER BY publisher, p.publisher_id, f.dataset, f.period_start, f.file_id
