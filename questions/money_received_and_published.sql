/*
title: Every pound accounted for, by publisher
meaning: "Each row is one publisher's dataset that holds money: pounds and rows received, published and held back. The two last amounts always make the first, to the penny."
caveats:
  - "Amounts of different datasets are different things (a payment, a budget, a promise). Never add them."
  - "Amounts are those that publishers sent. That they are accounted for does not make them right."
  - "Credits are taken off, as in the files."
parameters:
  publisher: {title: "Publisher, by its code; empty for all", example: "wexmoor-council"}
columns:
  received_pence: {title: "Received", unit: gbp}
  published_pence: {title: "Published", unit: gbp}
  held_back_pence: {title: "Held back", unit: gbp}
  difference_pence: {title: "Unaccounted for (always nought)", unit: gbp}
  received_rows: {title: "Rows received", unit: count}
  published_rows: {title: "Rows published", unit: count}
  held_back_rows: {title: "Rows held back", unit: count}
draw: {kind: table}
*/
WITH total AS (
    SELECT
        publisher_id,
        dataset,
        coalesce(sum(amount_pence) FILTER (WHERE outcome = 'received'), 0) AS received_pence,
        coalesce(sum(amount_pence) FILTER (WHERE outcome = 'published'), 0) AS published_pence,
        coalesce(sum(amount_pence) FILTER (WHERE outcome = 'held_back'), 0) AS held_back_pence,
        coalesce(sum("rows") FILTER (WHERE outcome = 'received'), 0) AS received_rows,
        coalesce(sum("rows") FILTER (WHERE outcome = 'published'), 0) AS published_rows,
        coalesce(sum("rows") FILTER (WHERE outcome = 'held_back'), 0) AS held_back_rows,
        count(amount_pence) AS amounts
    FROM conservation
    WHERE :publisher = '' OR publisher_id = :publisher
    GROUP BY publisher_id, dataset
)
SELECT
    t.publisher_id,
    coalesce(a.name, p.title) AS publisher,
    t.dataset,
    t.received_pence,
    t.published_pence,
    t.held_back_pence,
    t.received_pence - t.published_pence - t.held_back_pence AS difference_pence,
    t.received_rows,
    t.published_rows,
    t.held_back_rows
FROM total AS t
LEFT JOIN packages AS p ON p.publisher_id = t.publisher_id
LEFT JOIN agencies AS a ON a.agency_id = t.publisher_id
WHERE t.amounts > 0
ORDER BY publisher, t.publisher_id, t.dataset
