/*
Spending in the place, added up by financial year, and without types of expense and services: every penny once.

It has what most questions about money ask, in some thousand rows however many payments there are. What goes down to the
month, the type of expense or the service is in place_spend.
*/
SELECT
    year || '-' || (year + 1) AS fy,
    agency_id,
    department,
    project_id,
    programme_id,
    theme_id,
    area_id,
    function,
    tier,
    is_transfer,
    project_basis,
    area_basis,
    min(month) AS first_month,
    max(month) AS last_month,
    sum(amount_pence) AS amount_pence
-- a financial year starts in April: three months earlier, it is a calendar year
FROM (SELECT *, CAST(strftime('%Y', month || '-01', '-3 months') AS INTEGER) AS year FROM place_spend)
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
