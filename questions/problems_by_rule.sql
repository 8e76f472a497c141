/*
title: Problems found, by rule
meaning: "Each row is one rule and how often it was broken, in how many files of how many publishers, with one of the problems as an example and what its publisher can do."
caveats:
  - "An error holds the row back; a warning is published and should be looked at. A warning is often harmless."
  - "More problems are found where more is sent. A publisher without problems may be one without data."
parameters:
  publisher: {title: "Publisher, by its code; empty for all", example: "wexmoor-council"}
  severity: {title: "error or warning; empty for both", example: "error"}
columns:
  what_should_be_true: {title: "What is true where the rule is kept"}
  problems_found: {title: "Problems", unit: count}
  publishers: {title: "Publishers", unit: count}
  files_affected: {title: "Files", unit: count}
  why: {title: "Why it matters"}
  for_example: {title: "One of the problems"}
  advice: {title: "What can be done about it"}
draw: {kind: bar, x: problems_found, y: rule, colour: severity}
*/
SELECT
    p.rule,
    p.severity,
    r.title AS what_should_be_true,
    count(*) AS problems_found,
    count(DISTINCT p.publisher_id) AS publishers,
    count(DISTINCT p.file_id) AS files_affected,
    r.why,
    min(p.message) AS for_example,
    min(p.advice) AS advice
FROM problems AS p
LEFT JOIN rules AS r ON r.rule = p.rule
WHERE (:publisher = '' OR p.publisher_id = :publisher) AND (:severity = '' OR p.severity = :severity)
GROUP BY p.rule, p.severity
ORDER BY p.severity, problems_found DESC, p.rule
