/*
title: Payments with local and small businesses
meaning: "Each row is one financial year: what all agencies paid to businesses and charities, and how much of it is known to have gone to local ones, to small ones and to charities."
caveats:
  - "Payments to other agencies, to public bodies and to private persons are left out: they are no business. Payees that are not on the list of providers are in, for most of them are one."
  - "Local and small is what the list of providers says; of payees that are not on it nobody knows, so the shares are least figures. The last column says of how much of the money it is known."
  - "Local means based in the place, not that the money stays there. Payments over each agency's threshold only: small bills, which often go to small firms, are missing."
  - "Agencies publish from different thresholds and measure VAT differently where the column says so; a year with fewer agencies cannot be compared."
columns:
  agencies: {title: "Agencies with payments", unit: count}
  amount_pence: {title: "Paid to businesses and charities", unit: gbp}
  local_pence: {title: "Of which known to be local", unit: gbp}
  local_share_bps: {title: "Local, at least", unit: basis_points}
  small_pence: {title: "Of which known to be small or medium-sized", unit: gbp}
  small_share_bps: {title: "Small, at least", unit: basis_points}
  local_and_small_pence: {title: "Of which both", unit: gbp}
  voluntary_pence: {title: "Of which charities and community groups", unit: gbp}
  known_pence: {title: "Paid to payees of whom both is known", unit: gbp}
  known_share_bps: {title: "Known, as a share", unit: basis_points}
  is_over_differing_bases: {title: "Agencies measure differently"}
draw: {kind: line, x: fy, y: local_share_bps}
*/
WITH paid AS (
    SELECT
        fy,
        sum(amount_pence) AS amount_pence,
        coalesce(sum(amount_pence) FILTER (WHERE is_local), 0) AS local_pence,
        coalesce(sum(amount_pence) FILTER (WHERE is_sme), 0) AS small_pence,
        coalesce(sum(amount_pence) FILTER (WHERE is_local AND is_sme), 0) AS local_and_small_pence,
        coalesce(sum(amount_pence) FILTER (WHERE provider_type = 'voluntary'), 0) AS voluntary_pence,
        coalesce(sum(amount_pence) FILTER (WHERE is_local IS NOT NULL AND is_sme IS NOT NULL), 0) AS known_pence
    FROM supplier_spend
    WHERE NOT is_transfer AND coalesce(provider_type, '') NOT IN ('public', 'individual')
    GROUP BY fy
),
paying AS (
    SELECT
        s.fy,
        count(*) AS agencies,
        count(DISTINCT coalesce(a.amount_basis, '') || ' ' || coalesce(a.spend_threshold_pence, '')) > 1
            AS is_over_differing_bases
    FROM (
        SELECT DISTINCT fy, agency_id
        FROM supplier_spend
        WHERE NOT is_transfer AND coalesce(provider_type, '') NOT IN ('public', 'individual')
    ) AS s
    JOIN agencies AS a ON a.agency_id = s.agency_id
    GROUP BY s.fy
)
SELECT
    p.fy,
    y.agencies,
    p.amount_pence,
    p.local_pence,
    CAST(round(10000.0 * p.local_pence / nullif(p.amount_pence, 0)) AS INTEGER) AS local_share_bps,
    p.small_pence,
    CAST(round(10000.0 * p.small_pence / nullif(p.amount_pence, 0)) AS INTEGER) AS small_share_bps,
    p.local_and_small_pence,
    p.voluntary_pence,
    p.known_pence,
    CAST(round(10000.0 * p.known_pence / nullif(p.amount_pence, 0)) AS INTEGER) AS known_share_bps,
    y.is_over_differing_bases
FROM paid AS p
JOIN paying AS y ON y.fy = p.fy
ORDER BY p.fy
