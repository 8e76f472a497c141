/*
title: The largest payments
meaning: "Each row is one of the hundred largest payments of the year and agency asked for, with the file and line in which it was sent."
caveats:
  - "A payment is one line of a file. One bill may be split over several lines, and one line may pay many bills."
  - "Large payments are often grants, precepts or transfers between agencies, which spend the money once more."
  - "Credits that took a payment back are not set against it."
parameters:
  fy: {title: "Financial year, for example 2024-2025; empty for all", example: "2024-2025"}
  agency: {title: "Agency, by its code; empty for all", example: "wexmoor-council"}
columns:
  amount_pence: {title: "Amount", unit: gbp}
  to_agency_id: {title: "Payee is itself the agency"}
draw: {kind: table}
*/
WITH largest AS (
    SELECT file_id, line
    FROM large_payments
    WHERE (:fy = '' OR fy = :fy)
        AND (:agency = '' OR agency_id = :agency)
    ORDER BY amount_pence DESC, payment_date, file_id, line
    LIMIT 100
)
SELECT
    s.payment_date,
    s.agency_id,
    a.name AS agency,
    s.provider_id,
    coalesce(p.name, 'Name withheld: ' || s.redaction, s.provider_name, 'No name given') AS provider,
    p.agency_id AS to_agency_id,
    s.amount_pence,
    s.department,
    s.purpose,
    s.project_id,
    j.title AS project,
    s.file_id,
    s.line
FROM largest AS l
JOIN spend AS s ON s.file_id = l.file_id AND s.line = l.line
JOIN agencies AS a ON a.agency_id = s.agency_id
LEFT JOIN providers AS p ON p.provider_id = s.provider_id
LEFT JOIN projects AS j ON j.project_id = s.project_id
ORDER BY s.amount_pence DESC, s.payment_date, s.file_id, s.line
