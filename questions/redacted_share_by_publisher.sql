/*
title: How much is redacted, by publisher
meaning: "Each row is one publisher and how many of its payments, and how much of the money paid out, have the payee's name withheld, by reason."
caveats:
  - "Withholding a name can be right: it protects people in care, in refuges, in court. A high share is a question, not an accusation."
  - "A share by money can be large with few payments, and the other way round. Credits are left out of the money, so that they do not hide what was paid."
  - "Only payments over the threshold are here; agencies that pay many small sums to people have few of them in it."
parameters:
  fy: {title: "Financial year, for example 2024-2025; empty for all", example: "2024-2025"}
columns:
  payments: {title: "Payments", unit: count}
  redacted: {title: "Of which redacted", unit: count}
  redacted_share_bps: {title: "Share of payments", unit: basis_points}
  paid_pence: {title: "Paid out, credits left aside", unit: gbp}
  redacted_pence: {title: "Of which redacted", unit: gbp}
  redacted_amount_share_bps: {title: "Share of the money", unit: basis_points}
  personal: {title: "To protect a person", unit: count}
  commercial: {title: "Commercial reasons", unit: count}
  safeguarding: {title: "Safeguarding", unit: count}
  other: {title: "Other reasons", unit: count}
draw: {kind: bar, x: redacted_amount_share_bps, y: publisher}
*/
WITH paid AS (
    SELECT
        -- an agency publishes only its own payments: it is their publisher
        agency_id,
        sum(paid) AS payments,
        coalesce(sum(paid) FILTER (WHERE redaction IS NOT NULL), 0) AS redacted,
        sum(amount_pence - credits_pence) AS paid_pence,
        coalesce(sum(amount_pence - credits_pence) FILTER (WHERE redaction IS NOT NULL), 0) AS redacted_pence,
        coalesce(sum(paid) FILTER (WHERE redaction = 'personal'), 0) AS personal,
        coalesce(sum(paid) FILTER (WHERE redaction = 'commercial'), 0) AS commercial,
        coalesce(sum(paid) FILTER (WHERE redaction = 'safeguarding'), 0) AS safeguarding,
        coalesce(sum(paid) FILTER (WHERE redaction = 'other'), 0) AS other
    FROM payee_spend
    WHERE paid > 0
        AND (:fy = '' OR month BETWEEN substr(:fy, 1, 4) || '-04' AND (substr(:fy, 1, 4) + 1) || '-03')
    GROUP BY agency_id
)
SELECT
    s.agency_id,
    a.name AS publisher,
    s.payments,
    s.redacted,
    CAST(round(10000.0 * s.redacted / s.payments) AS INTEGER) AS redacted_share_bps,
    s.paid_pence,
    s.redacted_pence,
    CAST(round(10000.0 * s.redacted_pence / s.paid_pence) AS INTEGER) AS redacted_amount_share_bps,
    s.personal,
    s.commercial,
    s.safeguarding,
    s.other
FROM paid AS s
JOIN agencies AS a ON a.agency_id = s.agency_id
ORDER BY redacted_amount_share_bps DESC, s.agency_id
