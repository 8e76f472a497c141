/*
How the verified savings of a programme are shared: a row is one agency in one programme and financial year, with what it
booked, what its share comes to, and what it is therefore owed (above nothing) or owes (below).

Shared is what was verified, frees money and can be estimated (verdict verified in savings_claims), of all projects of the
programme; a saving without a project belongs to no programme. Savings in other years' prices are first brought to those
of the year in which they were made. The shares are those in force on the last day of the financial year. Each agency's part is
rounded down to a penny and the pennies left over go to those with the largest remainders, the first by code among equals;
where the total is below nothing the same is done without its sign. So what is booked is given out again to the penny, and
what is due sums to nothing. An agency that booked a saving and has no share gives all of it into the sum.

Nothing is due, and the reason says why, where no shares are in force on that day, where they are not the whole, or where a
price index is missing.
*/
WITH
verified AS (
    SELECT
        p.programme_id,
        s.fy,
        s.agency_id,
        s.amount_pence,
        CASE
            WHEN s.price_year = s.fy THEN s.amount_pence
            ELSE CAST(round(s.amount_pence * made."index" / price."index") AS INTEGER)
        END AS pence
    FROM savings_claims AS s
    JOIN projects AS p ON p.project_id = s.project_id
    LEFT JOIN deflators AS made ON made.fy = s.fy
    LEFT JOIN deflators AS price ON price.fy = s.price_year
    WHERE s.verdict = 'verified' AND s.is_cashable
),
booked AS (
    -- a sum is known only if all that it adds is known
    SELECT programme_id, fy, agency_id, iif(count(*) = count(pence), sum(pence), NULL) AS pence
    FROM verified
    GROUP BY programme_id, fy, agency_id
),
pot AS (
    SELECT
        programme_id,
        fy,
        substr(fy, 6) || '-03-31' AS last_day,
        iif(count(*) = count(pence), sum(pence), NULL) AS pence
    FROM booked
    GROUP BY programme_id, fy
),
share AS (
    SELECT pot.programme_id, pot.fy, b.agency_id, sum(b.share_bps) AS bps
    FROM pot
    JOIN benefit_shares AS b
        ON b.programme_id = pot.programme_id
        AND b.valid_from <= pot.last_day
        AND (b.valid_to IS NULL OR b.valid_to >= pot.last_day)
    GROUP BY pot.programme_id, pot.fy, b.agency_id
),
judged AS (
    SELECT
        pot.*,
        sum(share.bps) AS whole_bps,
        CASE
            WHEN sum(share.bps) IS NULL THEN 'no shares are in force on ' || pot.last_day
            WHEN sum(share.bps) <> 10000 THEN 'the shares in force on ' || pot.last_day || ' are not the whole'
            WHEN pot.pence IS NULL THEN 'no price index to bring a saving to the prices of ' || pot.fy
        END AS reason
    FROM pot
    LEFT JOIN share ON share.programme_id = pot.programme_id AND share.fy = pot.fy
    GROUP BY pot.programme_id, pot.fy
),
-- each agency's part rounded down, and what was cut off it in ten-thousandths of a penny; whole ten-thousandths of the pot
-- are taken first, so that no product outgrows an integer
part AS (
    SELECT
        share.programme_id,
        share.fy,
        share.agency_id,
        abs(judged.pence) / 10000 * share.bps + abs(judged.pence) % 10000 * share.bps / 10000 AS pence,
        abs(judged.pence) % 10000 * share.bps % 10000 AS cut_off,
        abs(judged.pence) AS whole_pence,
        sign(judged.pence) AS direction
    FROM share
    JOIN judged ON judged.programme_id = share.programme_id AND judged.fy = share.fy AND judged.reason IS NULL
),
-- the pennies left over, one each, to the largest remainders
entitled AS (
    SELECT
        programme_id,
        fy,
        agency_id,
        direction * (pence + (
            row_number() OVER (PARTITION BY programme_id, fy ORDER BY cut_off DESC, agency_id)
            <= whole_pence - sum(pence) OVER (PARTITION BY programme_id, fy)
        )) AS pence
    FROM part
),
concerned AS (
    SELECT programme_id, fy, agency_id FROM booked
    UNION
    SELECT programme_id, fy, agency_id FROM share
)
SELECT
    c.programme_id,
    c.fy,
    c.agency_id,
    iif(j.whole_bps IS NULL, NULL, coalesce(s.bps, 0)) AS share_bps,
    iif(b.agency_id IS NULL, 0, b.pence) AS booked_pence,
    iif(j.reason IS NULL, coalesce(e.pence, 0), NULL) AS entitled_pence,
    iif(j.reason IS NULL, coalesce(e.pence, 0) - coalesce(b.pence, 0), NULL) AS due_pence,
    j.reason
FROM concerned AS c
JOIN judged AS j ON j.programme_id = c.programme_id AND j.fy = c.fy
LEFT JOIN booked AS b ON b.programme_id = c.programme_id AND b.fy = c.fy AND b.agency_id = c.agency_id
LEFT JOIN share AS s ON s.programme_id = c.programme_id AND s.fy = c.fy AND s.agency_id = c.agency_id
LEFT JOIN entitled AS e ON e.programme_id = c.programme_id AND e.fy = c.fy AND e.agency_id = c.agency_id
ORDER BY c.programme_id, c.fy, c.agency_id
