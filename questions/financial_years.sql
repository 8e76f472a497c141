/*
title: Financial years with money in them
meaning: "Each row is one financial year for which there is a budget or an outturn, the latest that has ended first, then those before it, and at last those still running or to come."
caveats:
  - "A year that has ended may still lack the outturn of some agencies."
parameters: {}
draw: {kind: table}
*/
SELECT
    t.fy,
    r.as_of > substr(t.fy, 6) || '-03-31' AS has_ended
FROM (SELECT DISTINCT fy FROM place_total) AS t
JOIN releases AS r ON 1
ORDER BY has_ended DESC, t.fy DESC
