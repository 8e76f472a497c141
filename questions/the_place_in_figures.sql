/*
title: The place in figures
meaning: "One row: how much is published on the day of this release, by how many publishers, about how many themes, projects and indicators, and how much is held back."
caveats:
  - "The amount is of published payments over each agency's threshold, payments between agencies included. It is not all public money of the place."
columns:
  as_of: {title: "As of"}
  publishers: {title: "Publishers", unit: count}
  files_received: {title: "Files", unit: count}
  payments: {title: "Payments and credits published", unit: count}
  payments_pence: {title: "Payments published, credits taken off", unit: gbp}
  rows_held_back: {title: "Rows held back", unit: count}
  payments_held_back_pence: {title: "Payments held back", unit: gbp}
  first_month: {title: "First month with payments"}
  last_month: {title: "Last month with payments"}
draw: {kind: table}
*/
SELECT
    r.as_of,
    r.standard_version,
    (SELECT count(*) FROM packages WHERE verdict <> 'refused') AS publishers,
    (SELECT count(*) FROM files) AS files_received,
    c.payments,
    c.payments_pence,
    c.rows_held_back,
    c.payments_held_back_pence,
    (SELECT min(month) FROM place_spend) AS first_month,
    (SELECT max(month) FROM place_spend) AS last_month,
    (SELECT count(*) FROM themes) AS themes,
    (SELECT count(*) FROM programmes) AS programmes,
    (SELECT count(*) FROM projects) AS projects,
    (SELECT count(*) FROM indicators) AS indicators
FROM releases AS r
CROSS JOIN (
    -- the accounts of every file hold these sums already: no need to count the payments again
    SELECT
        coalesce(sum("rows") FILTER (WHERE dataset = 'spend' AND outcome = 'published'), 0) AS payments,
        coalesce(sum(amount_pence) FILTER (WHERE dataset = 'spend' AND outcome = 'published'), 0) AS payments_pence,
        coalesce(sum("rows") FILTER (WHERE outcome = 'held_back'), 0) AS rows_held_back,
        coalesce(sum(amount_pence) FILTER (WHERE dataset = 'spend' AND outcome = 'held_back'), 0)
            AS payments_held_back_pence
    FROM conservation
) AS c
