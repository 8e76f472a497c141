/*
What each target of an agreement that carries a reward has earned: a row is one such target, with the share of its stretch
that was achieved, the reward, and what of it is due.

The stretch is the target less what was expected without the agreement. The share achieved is the outcome less what was
expected, divided by the stretch. Under 60 % nothing is due; from 60 % on that share of the reward, up to the whole, rounded
down to a penny. Figures are compared to six decimals and divided as whole numbers, so 60 % is 60 % exactly. achieved_bps is cut
off, not rounded, and not capped: it may lie above 100 % or below nothing.

- The version of a target that counts is the one in force when the agreement was signed, or the last that names the
  agreement: only such a one amends it. A target that the partnership changed for itself moves no reward.
- Not payable: no reward in the version that counts; no statement of what was expected anyway; a target that is just that or
  asks for less; an agreement that was refused; a share under 60 %.
- Not payable yet, and so nothing is said of the amount due: the agreement is not signed; no outcome for the target's period
  (of everybody); an outcome that a marker stands for; one that is provisional or a forecast.
*/
WITH RECURSIVE
-- every target with all that it took the place of, directly or not, back to the first
lineage (target_id, earlier_id, before_that, steps) AS (
    SELECT target_id, target_id, supersedes, 0 FROM targets
    UNION ALL
    SELECT l.target_id, t.target_id, t.supersedes, l.steps + 1
    FROM lineage AS l
    JOIN targets AS t ON t.target_id = l.before_that
    WHERE l.steps < 100
),
version AS (
    SELECT t.*, l.earlier_id AS first_id, l.steps
    FROM lineage AS l
    JOIN targets AS t ON t.target_id = l.target_id
    WHERE l.before_that IS NULL
),
rewarded AS (
    SELECT DISTINCT g.agreement_id, g.status, g.signed_on, v.first_id
    FROM version AS v
    JOIN agreements AS g ON g.agreement_id = v.agreement_id
    WHERE v.reward_pence IS NOT NULL
),
-- of the versions that were there at signing or name the agreement, the newest
dated AS (
    SELECT
        r.agreement_id,
        r.status,
        r.signed_on,
        v.target_id,
        v.indicator_id,
        v.area_id,
        v.period,
        v.value AS target,
        v.without_agreement,
        iif(v.agreement_id = r.agreement_id, coalesce(v.reward_pence, 0), 0) AS reward_pence,
        row_number() OVER (
            PARTITION BY r.agreement_id, r.first_id ORDER BY v.agreed_on DESC, v.steps DESC, v.target_id DESC
        ) AS newest
    FROM rewarded AS r
    JOIN version AS v ON v.first_id = r.first_id
    WHERE v.agreement_id = r.agreement_id OR v.agreed_on <= r.signed_on
),
-- what was to be gained and what was, beyond what was expected anyway, in millionths
measured AS (
    SELECT
        d.*,
        i.polarity,
        o.period IS NOT NULL AS has_outcome,
        o.value,
        o.marker,
        ' ' || coalesce(o.flags, '') || ' ' AS flags,
        CAST(round(d.target * 1e6) AS INTEGER) - CAST(round(d.without_agreement * 1e6) AS INTEGER) AS up_to_target,
        CAST(round(o.value * 1e6) AS INTEGER) - CAST(round(d.without_agreement * 1e6) AS INTEGER) AS up_to_value
    FROM dated AS d
    JOIN indicators AS i ON i.indicator_id = d.indicator_id
    LEFT JOIN outcomes AS o
        ON o.indicator_id = d.indicator_id AND o.area_id = d.area_id AND o.period = d.period AND o.breakdown = 'all'
    WHERE d.newest = 1
),
-- the same, turned so that more is better; where neither way is better, the target says which way was meant
turned AS (
    SELECT
        *,
        up_to_target * direction AS stretch,
        up_to_value * direction AS gain
    FROM (
        SELECT *, CASE polarity WHEN 'higher' THEN 1 WHEN 'lower' THEN -1 ELSE sign(up_to_target) END AS direction
        FROM measured
    )
),
judged AS (
    SELECT
        *,
        -- cut off and not rounded: 59.999 % must not read as 60
        iif(stretch > 0, gain * 10000 / stretch, NULL) AS achieved_bps,
        CASE
            WHEN reward_pence = 0 THEN 'the target in force carries no reward'
            WHEN status = 'refused' THEN 'the agreement was refused'
            WHEN without_agreement IS NULL THEN 'nothing says what was expected without the agreement'
            WHEN stretch = 0 THEN 'the target is what was expected anyway'
            WHEN stretch < 0 THEN 'the target asks for less than was expected anyway'
        END AS never,
        CASE
            WHEN signed_on IS NULL THEN 'the agreement is not signed'
            WHEN NOT has_outcome THEN 'no outcome for ' || period || ' yet'
            WHEN value IS NULL THEN 'the outcome for ' || period || ' is marked ' || coalesce(marker, 'x')
            WHEN flags LIKE '% p %' THEN 'the outcome for ' || period || ' is provisional'
            WHEN flags LIKE '% f %' THEN 'the outcome for ' || period || ' is a forecast'
        END AS not_yet
    FROM turned
)
SELECT
    agreement_id,
    target_id,
    indicator_id,
    area_id,
    period,
    target,
    without_agreement,
    value,
    achieved_bps,
    reward_pence,
    CASE
        WHEN never IS NOT NULL THEN 0
        WHEN not_yet IS NOT NULL THEN NULL
        WHEN gain * 10 < stretch * 6 THEN 0
        WHEN gain >= stretch THEN reward_pence
        -- reward × gain ÷ stretch, in two steps so that no product outgrows an integer
        ELSE CAST(reward_pence / stretch * gain + reward_pence % stretch * gain / stretch AS INTEGER)
    END AS due_pence,
    CASE
        WHEN never IS NOT NULL THEN 'not_payable'
        WHEN not_yet IS NOT NULL THEN 'not_payable_yet'
        WHEN gain * 10 < stretch * 6 THEN 'not_payable'
        ELSE 'payable'
    END AS verdict,
    coalesce(
        never,
        not_yet,
        CASE
            WHEN gain < 0 THEN 'worse than was expected anyway'
            WHEN gain * 10 < stretch * 6 THEN 'under 60 % of the stretch was achieved'
            WHEN gain < stretch THEN 'part of the stretch was achieved'
            ELSE 'the whole stretch was achieved'
        END
    ) AS reason
FROM judged
ORDER BY agreement_id, target_id
