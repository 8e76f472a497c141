/*
What payment by results really comes to: a row is what one agency claimed of one scheme for the units attached in one
financial year, for attaching them or for one result, and what is due for it by the published rates.

The rate is that of the year of attachment, whenever the claim was made, and of exactly the result claimed. Claims that were
refused do not count. Results of one kind are payable for as many units as were attached in that year at most, added up over
all claims. The cap is the most that one unit may earn with all its results together; which unit reached which result is
not published, so it is applied to all units of a year together: all results of the year are worth the cap times the units
attached at most, and no single result more than the cap. Claims are taken in the order of their financial year, then by
result and claim: whoever comes first is paid first. The fee for attaching is outside the cap. Where results of one year name
different caps, the lowest holds. An agency's groups of people are taken together.

due_pence is what all counted claims are worth, checked_pence the part of it whose claims are verified or paid already, and
paid_pence what the paid claims said. The verdict is the first that fits: refused, no_rate, over_attached, over_cap,
unlike_claim (the rates give another sum than was claimed), not_checked (something waits to be verified), payable.
*/
WITH
claim AS (
    SELECT
        claim_id, scheme_id, attached_fy, agency_id, fy, kind, coalesce(result, 'all') AS result, units, amount_pence, status,
        iif(status = 'refused', 0, units) AS counted_units
    FROM reward_claims
),
attached AS (
    SELECT scheme_id, attached_fy, agency_id, sum(counted_units) AS units
    FROM claim
    WHERE kind = 'attachment'
    GROUP BY scheme_id, attached_fy, agency_id
),
cap AS (
    SELECT scheme_id, attached_fy, min(cap_pence) AS pence
    FROM reward_rates
    WHERE kind = 'result'
    GROUP BY scheme_id, attached_fy
),
-- each claim with its rate, and with the units that earlier claims of the same kind have taken up
in_turn AS (
    SELECT
        c.*,
        r.programme_id,
        r.payer_agency_id,
        r.amount_pence AS rate_pence,
        iif(c.kind = 'result', cap.pence, NULL) AS cap_pence,
        coalesce(a.units, 0) AS attached_units,
        coalesce(sum(c.counted_units) OVER (
            PARTITION BY c.scheme_id, c.attached_fy, c.agency_id, c.kind, c.result
            ORDER BY c.fy, c.claim_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), 0) AS units_before
    FROM claim AS c
    LEFT JOIN reward_rates AS r
        ON r.scheme_id = c.scheme_id
        AND r.attached_fy = c.attached_fy
        AND r.kind = c.kind
        AND coalesce(r.result, 'all') = c.result
    LEFT JOIN cap ON cap.scheme_id = c.scheme_id AND cap.attached_fy = c.attached_fy
    LEFT JOIN attached AS a
        ON a.scheme_id = c.scheme_id AND a.attached_fy = c.attached_fy AND a.agency_id = c.agency_id
),
payable AS (
    SELECT
        *,
        CASE kind
            WHEN 'result' THEN min(counted_units, max(0, attached_units - units_before))
            ELSE counted_units
        END AS payable_units
    FROM in_turn
),
-- what each claim is worth before the cap over all results, and what it is worth together with the claims before it
priced AS (
    SELECT
        *,
        payable_units * coalesce(min(rate_pence, coalesce(cap_pence, rate_pence)), 0) AS worth_pence,
        sum(payable_units * coalesce(min(rate_pence, coalesce(cap_pence, rate_pence)), 0)) OVER (
            PARTITION BY scheme_id, attached_fy, agency_id, kind
            ORDER BY fy, result, claim_id ROWS UNBOUNDED PRECEDING
        ) AS worth_so_far,
        cap_pence * attached_units AS most_pence
    FROM payable
),
-- the part of it for which there is room under the cap
settled AS (
    SELECT
        *,
        CASE
            WHEN most_pence IS NULL THEN worth_pence
            ELSE min(worth_so_far, most_pence) - min(worth_so_far - worth_pence, most_pence)
        END AS due_pence
    FROM priced
),
added AS (
    SELECT
        scheme_id,
        attached_fy,
        agency_id,
        kind,
        result,
        programme_id,
        payer_agency_id,
        attached_units,
        rate_pence,
        cap_pence,
        sum(counted_units) AS units,
        sum(payable_units) AS payable_units,
        sum(due_pence) AS due_pence,
        sum(payable_units) * rate_pence AS uncapped_pence,
        sum(iif(status IN ('verified', 'paid'), due_pence, 0)) AS checked_pence,
        sum(iif(status = 'paid', amount_pence, 0)) AS paid_pence,
        sum(iif(status <> 'refused', amount_pence, 0)) AS claimed_pence,
        sum(iif(status = 'refused', amount_pence, 0)) AS refused_pence,
        sum(iif(status = 'claimed', units, 0)) AS waiting_units,
        sum(status <> 'refused') AS counted_claims
    FROM settled
    GROUP BY scheme_id, attached_fy, agency_id, kind, result
),
judged AS (
    SELECT
        *,
        CASE
            WHEN counted_claims = 0 THEN 'refused'
            WHEN rate_pence IS NULL THEN 'no_rate'
            WHEN payable_units < units THEN 'over_attached'
            WHEN due_pence < uncapped_pence THEN 'over_cap'
            WHEN due_pence <> claimed_pence THEN 'unlike_claim'
            WHEN waiting_units > 0 THEN 'not_checked'
            ELSE 'payable'
        END AS verdict
    FROM added
)
SELECT
    scheme_id,
    attached_fy,
    agency_id,
    kind,
    result,
    programme_id,
    payer_agency_id,
    attached_units,
    units,
    payable_units,
    rate_pence,
    due_pence,
    checked_pence,
    paid_pence,
    claimed_pence,
    refused_pence,
    verdict,
    CASE verdict
        WHEN 'refused' THEN 'all claims were refused'
        WHEN 'no_rate' THEN 'the scheme has no rate for this in ' || attached_fy
        WHEN 'over_attached' THEN units || ' results were claimed and ' || attached_units || ' units attached'
        WHEN 'over_cap' THEN 'all results together reach the cap of £' || printf('%.2f', cap_pence / 100.0) || ' a unit'
        WHEN 'unlike_claim' THEN
            'claimed £' || printf('%.2f', claimed_pence / 100.0) || ', the rate gives £' || printf('%.2f', due_pence / 100.0)
        WHEN 'not_checked' THEN waiting_units || ' of ' || units || ' units wait to be verified'
        ELSE 'verified or paid, at the rate of ' || attached_fy
    END AS reason
FROM judged
ORDER BY scheme_id, attached_fy, agency_id, kind, result
