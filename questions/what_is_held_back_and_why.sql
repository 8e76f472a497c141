/*
title: What is held back, and why
meaning: "Each row is one reason for which rows of one publisher's dataset are not published: how many rows, how much money, and what the reason means."
caveats:
  - "Held back is not lost: the rows were received and come back in the next release once their publisher has put them right."
  - "A row is counted once, under the first reason found. It may have others."
  - "Amounts are only there for datasets that hold money; credits are taken off, so an amount can be small although large rows are held back."
parameters:
  publisher: {title: "Publisher, by its code; empty for all", example: "wexmoor-council"}
columns:
  reason: {title: "Reason, by its code"}
  what_should_be_true: {title: "What is true where the rule is kept"}
  rows: {title: "Rows held back", unit: count}
  credits: {title: "Of which credits", unit: count}
  amount_pence: {title: "Money held back", unit: gbp}
  files_affected: {title: "Files", unit: count}
  why: {title: "Why it matters"}
draw: {kind: table}
*/
SELECT
    c.publisher_id,
    coalesce(a.name, p.title) AS publisher,
    c.dataset,
    c.reason,
    r.title AS what_should_be_true,
    sum(c."rows") AS "rows",
    sum(c.credits) AS credits,
    sum(c.amount_pence) AS amount_pence,
    count(*) AS files_affected,
    r.why
FROM conservation AS c
LEFT JOIN packages AS p ON p.publisher_id = c.publisher_id
LEFT JOIN agencies AS a ON a.agency_id = c.publisher_id
LEFT JOIN rules AS r ON r.rule = c.reason
WHERE c.outcome = 'held_back' AND (:publisher = '' OR c.publisher_id = :publisher)
GROUP BY c.publisher_id, c.dataset, c.reason
ORDER BY publisher, c.publisher_id, c.dataset, "rows" DESC, c.reason
