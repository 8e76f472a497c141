/*
Who pays and who gains in a business case: a row is one agency in one case, with what it is to pay and what it is to gain.

Both are present values at prices of the base year, as in case_results, added up by agency and rounded to a penny once; so
the agencies of a case may add up to a few pence more or less than the case. What an agency pays includes staff, rooms
and goods in kind. What it gains is fiscal; the economy's and people's gains belong to no agency. An amount is empty
where something that it rests on is missing; the reasons are with the case.
*/
WITH
present AS (
    SELECT
        case_id,
        agency_id,
        -- a sum is known only if all that it adds is known
        iif(count(*) FILTER (WHERE side = 'cost' AND value IS NULL) = 0,
            total(value * discount_factor) FILTER (WHERE side = 'cost'), NULL) AS pays,
        iif(count(*) FILTER (WHERE side = 'benefit' AND value IS NULL) = 0,
            total(value * discount_factor) FILTER (WHERE side = 'benefit'), NULL) AS gains,
        total(cashable_value * discount_factor) AS cashable
    FROM case_years
    GROUP BY case_id, agency_id
)
SELECT
    case_id,
    agency_id,
    CAST(round(pays) AS INTEGER) AS pays_pence,
    CAST(round(gains) AS INTEGER) AS gains_pence,
    iif(gains IS NULL, NULL, CAST(round(cashable) AS INTEGER)) AS cashable_pence,
    CAST(round(gains - pays) AS INTEGER) AS net_pence
FROM present
ORDER BY case_id, agency_id
