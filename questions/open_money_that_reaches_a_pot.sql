/*
title: National money, and how much of it reaches a pot
meaning: "Each row is one funding stream in one financial year: what government keeps nationally, what reaches the place, how much of that is open to local decision, and what of the stream agencies put into the pots of programmes."
caveats:
  - "Open to local decision does not mean without conditions: a ring-fenced stream may only be spent on its purpose."
  - "Money in a pot can be more than what is open: a stream that is already committed may be committed to the programme itself."
  - "Contributions that name no stream are not here; each is taken once, with its furthest figure."
parameters:
  fy: {title: "Financial year, for example 2024-2025; empty for all", example: "2024-2025"}
columns:
  national_programme: {title: "National programme"}
  is_ring_fenced: {title: "Ring-fenced"}
  national_pence: {title: "Kept and spent nationally", unit: gbp}
  local_pence: {title: "Reaches the place", unit: gbp}
  open_pence: {title: "Of which open to local decision", unit: gbp}
  open_share_bps: {title: "Open, as a share of what reaches the place", unit: basis_points}
  in_pots_pence: {title: "Put into pots", unit: gbp}
  in_pots_share_bps: {title: "In pots, as a share of what reaches the place", unit: basis_points}
draw: {kind: bar, x: in_pots_pence, y: stream, colour: fy}
*/
WITH slice AS (
    SELECT
        stream_id,
        fy,
        coalesce(sum(amount_pence) FILTER (WHERE level = 'national'), 0) AS national_pence,
        coalesce(sum(amount_pence) FILTER (WHERE level <> 'national'), 0) AS local_pence,
        coalesce(sum(amount_pence) FILTER (WHERE level = 'local_strategic'), 0) AS open_pence
    FROM stream_amounts
    WHERE :fy = '' OR fy = :fy
    GROUP BY stream_id, fy
),
contributed AS (
    SELECT stream_id, fy, sum(amount_pence) AS amount_pence
    FROM pots
    WHERE is_latest AND stream_id IS NOT NULL AND (:fy = '' OR fy = :fy)
    GROUP BY stream_id, fy
),
stream_year AS (
    SELECT stream_id, fy FROM slice
    UNION
    SELECT stream_id, fy FROM contributed
)
SELECT
    k.stream_id,
    f.title AS stream,
    f.origin_agency_id,
    a.name AS origin,
    f.national_programme,
    f.is_ring_fenced,
    k.fy,
    s.national_pence,
    s.local_pence,
    s.open_pence,
    CAST(round(10000.0 * s.open_pence / nullif(s.local_pence, 0)) AS INTEGER) AS open_share_bps,
    coalesce(c.amount_pence, 0) AS in_pots_pence,
    CAST(round(10000.0 * coalesce(c.amount_pence, 0) / nullif(s.local_pence, 0)) AS INTEGER) AS in_pots_share_bps
FROM stream_year AS k
JOIN funding_streams AS f ON f.stream_id = k.stream_id
JOIN agencies AS a ON a.agency_id = f.origin_agency_id
LEFT JOIN slice AS s ON s.stream_id = k.stream_id AND s.fy = k.fy
LEFT JOIN contributed AS c ON c.stream_id = k.stream_id AND c.fy = k.fy
ORDER BY stream, k.stream_id, k.fy
