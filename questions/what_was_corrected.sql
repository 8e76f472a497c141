/*
title: What was corrected
meaning: "Each row is a change that an agency made to data it had already published, what changed and why, the latest first."
caveats:
  - "A correction is a sign of care. An agency without any may have made no mistakes, or not looked."
  - "Figures taken from this site before the day of a correction may differ from those of today."
parameters:
  agency: {title: "Agency, by its code; empty for all", example: "wexmoor-council"}
draw: {kind: table}
*/
SELECT
    c.correction_id,
    c.published_on,
    c.agency_id,
    a.name AS agency,
    c.dataset,
    c.period,
    c.changed,
    c.reason
FROM corrections AS c
JOIN agencies AS a ON a.agency_id = c.agency_id
WHERE :agency = '' OR c.agency_id = :agency
ORDER BY c.published_on DESC, c.correction_id
