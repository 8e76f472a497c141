/*
title: Who is to share the savings of a programme
meaning: "Each row is the share of one agency in the money that a programme really frees, as agreed and in force on the day of this release."
caveats:
  - "A share is of savings that are verified and free money. It is no promise that there will be any."
  - "Shares are agreed before savings are known, and change by agreement only; the dates are those of this share."
parameters:
  programme: {title: "Programme, by its code; empty for all", example: "family-partnership"}
columns:
  share_bps: {title: "Share", unit: basis_points}
draw: {kind: bar, x: share_bps, y: programme, colour: agency}
*/
SELECT
    b.programme_id,
    p.title AS programme,
    b.agency_id,
    a.name AS agency,
    b.share_bps,
    b.valid_from,
    b.valid_to,
    b.agreement_id,
    g.title AS agreement,
    b.basis
FROM benefit_shares AS b
JOIN releases AS r ON b.valid_from <= r.as_of AND (b.valid_to IS NULL OR b.valid_to >= r.as_of)
JOIN programmes AS p ON p.programme_id = b.programme_id
JOIN agencies AS a ON a.agency_id = b.agency_id
LEFT JOIN agreements AS g ON g.agreement_id = b.agreement_id
WHERE :programme = '' OR b.programme_id = :programme
ORDER BY programme, b.programme_id, b.share_bps DESC, agency, b.agency_id
