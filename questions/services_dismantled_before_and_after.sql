/*
title: Services dismantled, and the cost before and after
meaning: "Each row is a service that has ended: what it and the one in its place cost in its last whole year, what they cost in the first whole year of the new one after that, and the difference in real terms."
caveats:
  - "Costs are the budget lines that name the service, outturn first. Where a service has no line of its own, its cost is not known, and nothing is compared: an empty amount is not nought."
  - "The old and the new service are compared together, before and after, because both may run side by side for a while; the year after may still hold months of the old one."
  - "Less cost is not more value: see whether the new service helps the same people, and what came of it. A fall is no saving until somebody has verified one."
  - "Where one new service stands in for several old ones, its cost is in each of their rows: do not add them up."
parameters:
  agency: {title: "Commissioning agency of the old service, by its code; empty for all", example: "wexmoor-council"}
columns:
  ends: {title: "Last day"}
  new_service: {title: "Replaced by"}
  stands_in_for: {title: "Services that the new one stands in for", unit: count}
  before_fy: {title: "Last whole year"}
  old_before_pence: {title: "Old service, before", unit: gbp}
  new_before_pence: {title: "New service, before", unit: gbp}
  after_fy: {title: "First whole year of the new one"}
  old_after_pence: {title: "Old service, after", unit: gbp}
  new_after_pence: {title: "New service, after", unit: gbp}
  before_real_pence: {title: "Both before, in prices of the year after", unit: gbp}
  after_pence: {title: "Both after", unit: gbp}
  difference_pence: {title: "After less before, in real terms", unit: gbp}
  is_outturn: {title: "All of it is outturn"}
draw: {kind: table}
*/
WITH line AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY agency_id, budget_id, fy ORDER BY instr('actual,revised,approved,proposed', phase)
        ) AS place
    FROM budgets
),
cost AS (
    SELECT service_id, fy, sum(amount_pence) AS pence, min(phase = 'actual') AS is_outturn
    FROM line
    WHERE place = 1 AND service_id IS NOT NULL
    GROUP BY service_id, fy
),
ended AS (
    SELECT
        s.*,
        -- the last year that ends on 31 March no later than the service
        CAST(substr(s.ends, 1, 4) AS INTEGER) - CASE WHEN substr(s.ends, 6) >= '03-31' THEN 1 ELSE 2 END AS before_year,
        n.title AS new_title,
        n.starts AS new_starts,
        n.ends AS new_ends,
        -- the first year that begins on 1 April no earlier than the new service
        CAST(substr(n.starts, 1, 4) AS INTEGER) + (substr(n.starts, 6) > '04-01') AS new_year
    FROM services AS s
    JOIN releases AS r ON s.ends < r.as_of
    LEFT JOIN services AS n ON n.service_id = s.replaced_by
    WHERE :agency = '' OR s.agency_id = :agency
),
two_years AS (
    SELECT
        *,
        max(before_year + 1, coalesce(new_year, 0)) AS after_year,
        before_year || '-' || (before_year + 1) AS before_fy,
        max(before_year + 1, coalesce(new_year, 0)) || '-' || (max(before_year + 1, coalesce(new_year, 0)) + 1)
            AS after_fy
    FROM ended
),
compared AS (
    SELECT
        y.*,
        -- what had not begun, or was over, cost nothing; what ran without a line of its own cost nobody knows what
        CASE WHEN y.starts <= y.before_year || '-04-01' THEN ob.pence END AS old_before_pence,
        CASE WHEN y.replaced_by IS NULL OR y.new_starts > (y.before_year + 1) || '-03-31' THEN 0 ELSE nb.pence END
            AS new_before_pence,
        coalesce(oa.pence, CASE WHEN y.ends < y.after_year || '-04-01' THEN 0 END) AS old_after_pence,
        CASE
            WHEN y.replaced_by IS NULL THEN 0
            WHEN y.new_ends IS NULL OR y.new_ends >= (y.after_year + 1) || '-03-31' THEN na.pence
        END AS new_after_pence,
        min(
            coalesce(ob.is_outturn, 1), coalesce(nb.is_outturn, 1), coalesce(oa.is_outturn, 1),
            coalesce(na.is_outturn, 1)
        ) AS is_outturn
    FROM two_years AS y
    LEFT JOIN cost AS ob ON ob.service_id = y.service_id AND ob.fy = y.before_fy
    LEFT JOIN cost AS nb ON nb.service_id = y.replaced_by AND nb.fy = y.before_fy
    LEFT JOIN cost AS oa ON oa.service_id = y.service_id AND oa.fy = y.after_fy
    LEFT JOIN cost AS na ON na.service_id = y.replaced_by AND na.fy = y.after_fy
),
priced AS (
    SELECT
        c.*,
        CAST(round((c.old_before_pence + c.new_before_pence) * a."index" / b."index") AS INTEGER) AS before_real_pence,
        c.old_after_pence + c.new_after_pence AS after_pence
    FROM compared AS c
    LEFT JOIN deflators AS b ON b.fy = c.before_fy
    LEFT JOIN deflators AS a ON a.fy = c.after_fy
)
SELECT
    p.service_id,
    p.title AS service,
    p.agency_id,
    g.name AS agency,
    p.tier,
    p.ends,
    p.ended_reason,
    p.replaced_by,
    p.new_title AS new_service,
    count(p.replaced_by) OVER (PARTITION BY p.replaced_by) AS stands_in_for,
    p.before_fy,
    p.old_before_pence,
    p.new_before_pence,
    p.after_fy,
    p.old_after_pence,
    p.new_after_pence,
    p.before_real_pence,
    p.after_pence,
    p.after_pence - p.before_real_pence AS difference_pence,
    CASE WHEN p.after_pence - p.before_real_pence IS NOT NULL THEN p.is_outturn END AS is_outturn
FROM priced AS p
JOIN agencies AS g ON g.agency_id = p.agency_id
ORDER BY p.ends DESC, p.service_id
