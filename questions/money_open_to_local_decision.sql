/*
title: How much is open to local decision
meaning: "Each row is one funding stream in one financial year: what government keeps nationally, what reaches the place already committed, and what is open to local decision."
caveats:
  - "Open to decision is not free of conditions: a ring-fenced stream may only be spent on its purpose."
  - "Streams are not a budget of the place. The same money appears again in agencies' budgets and in contributions to pots; never add the three."
parameters:
  fy: {title: "Financial year, for example 2024-2025; empty for all", example: "2024-2025"}
columns:
  is_ring_fenced: {title: "Ring-fenced"}
  national_pence: {title: "Kept and spent nationally", unit: gbp}
  local_core_pence: {title: "Reaches the place, already committed", unit: gbp}
  local_strategic_pence: {title: "Open to local decision", unit: gbp}
  total_pence: {title: "The whole stream", unit: gbp}
  open_share_bps: {title: "Share open to local decision", unit: basis_points}
draw: {kind: bar, x: local_strategic_pence, y: stream, colour: fy}
*/
WITH amount AS (
    SELECT
        stream_id,
        fy,
        coalesce(sum(amount_pence) FILTER (WHERE level = 'national'), 0) AS national_pence,
        coalesce(sum(amount_pence) FILTER (WHERE level = 'local_core'), 0) AS local_core_pence,
        coalesce(sum(amount_pence) FILTER (WHERE level = 'local_strategic'), 0) AS local_strategic_pence,
        sum(amount_pence) AS total_pence
    FROM stream_amounts
    WHERE :fy = '' OR fy = :fy
    GROUP BY stream_id, fy
)
SELECT
    m.stream_id,
    f.title AS stream,
    f.origin_agency_id,
    a.name AS origin,
    f.is_ring_fenced,
    m.fy,
    m.national_pence,
    m.local_core_pence,
    m.local_strategic_pence,
    m.total_pence,
    CAST(round(10000.0 * m.local_strategic_pence / nullif(m.total_pence, 0)) AS INTEGER) AS open_share_bps
FROM amount AS m
JOIN funding_streams AS f ON f.stream_id = m.stream_id
JOIN agencies AS a ON a.agency_id = f.origin_agency_id
ORDER BY stream, m.stream_id, m.fy
