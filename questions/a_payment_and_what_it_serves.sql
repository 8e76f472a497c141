/*
title: A payment, and what it serves
meaning: "The one row is a payment or credit as it was published, with the agency, the payee, the project and its indicator, the area, the file and line in which it came, who sent that file, and whom to ask about it."
caveats:
  - "It has passed every check that would have held it back. That is not a check that the payment was right, or was well spent."
  - "A project or area that is blank was not stated by the agency. It may still be shared out by a published rule."
parameters:
  file: {title: "File, by its code (needed)", example: "wexmoor-council_spend-2024-05"}
  line: {title: "Line of the file (needed)", example: "2"}
columns:
  amount_pence: {title: "Amount", unit: gbp}
  warnings: {title: "Remarks of the checks", unit: count}
draw: {kind: table}
*/
SELECT
    s.payment_date,
    -- a financial year starts in April: three months earlier, it is a calendar year
    strftime('%Y', s.payment_date, 'start of month', '-3 months') || '-'
        || (strftime('%Y', s.payment_date, 'start of month', '-3 months') + 1) AS fy,
    s.amount_pence,
    s.agency_id,
    a.name AS agency,
    s.provider_id,
    coalesce(s.provider_name, v.name) AS provider,
    s.redaction,
    s.department,
    s.expense_type,
    s.purpose,
    s.transaction_ref,
    s.service_id,
    z.title AS service,
    p.project_id,
    p.title AS project,
    p.programme_id,
    g.title AS programme,
    p.indicator_id,
    i.title AS indicator,
    s.area_id,
    w.name AS area,
    a.contact,
    f.path,
    f.publisher_id,
    coalesce(u.name, f.publisher_id) AS publisher,
    s.file_id,
    s.line,
    (SELECT count(*) FROM problems AS x WHERE x.file_id = s.file_id AND x.line = s.line) AS warnings
FROM spend AS s
LEFT JOIN agencies AS a ON a.agency_id = s.agency_id
LEFT JOIN providers AS v ON v.provider_id = s.provider_id
LEFT JOIN services AS z ON z.service_id = s.service_id
LEFT JOIN projects AS p ON p.project_id = coalesce(s.project_id, z.project_id)
LEFT JOIN programmes AS g ON g.programme_id = p.programme_id
LEFT JOIN indicators AS i ON i.indicator_id = p.indicator_id
LEFT JOIN areas AS w ON w.area_id = s.area_id
LEFT JOIN files AS f ON f.file_id = s.file_id
LEFT JOIN agencies AS u ON u.agency_id = f.publisher_id
WHERE s.file_id = :file AND s.line = CAST(:line AS INTEGER)
