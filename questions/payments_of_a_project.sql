/*
title: Payments of a project
meaning: "Each row is one payment that names the project asked for, the latest first, with the file and line in which it was sent."
caveats:
  - "Only payments that name the project are here. Staff of the project, and work that an agency has not marked, are not."
  - "Payments are over each agency's threshold. They show where money went, not all that the project costs."
parameters:
  project: {title: "Project, by its code (needed)", example: "family-key-workers", needed: true}
columns:
  amount_pence: {title: "Amount", unit: gbp}
  to_agency_id: {title: "Payee is itself the agency"}
draw: {kind: table}
*/
SELECT
    s.payment_date,
    s.agency_id,
    a.name AS agency,
    s.provider_id,
    coalesce(p.name, 'Name withheld: ' || s.redaction, s.provider_name, 'No name given') AS provider,
    p.agency_id AS to_agency_id,
    s.amount_pence,
    s.purpose,
    s.service_id,
    v.title AS service,
    s.area_id,
    w.name AS area,
    s.file_id,
    s.line
FROM spend AS s
JOIN agencies AS a ON a.agency_id = s.agency_id
LEFT JOIN providers AS p ON p.provider_id = s.provider_id
LEFT JOIN services AS v ON v.service_id = s.service_id
LEFT JOIN areas AS w ON w.area_id = s.area_id
WHERE s.project_id = :project
ORDER BY s.payment_date DESC, s.file_id, s.line
