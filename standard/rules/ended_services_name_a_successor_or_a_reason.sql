/*
message: "The service {service_id} ended on {ends}, and neither what took its place nor why it ended is said."
advice: "Give the service that took its place in replaced_by, or in ended_reason why there is none."
severity: warning
dataset: services
field: ended_reason
why: >
  Who used the service wants to know where to go now, and whoever claims to save by ending it has to show what took
  its place.
*/
SELECT services.rowid AS row_id, service_id, ends
FROM services CROSS JOIN releases
WHERE ends < as_of AND replaced_by IS NULL AND ended_reason IS NULL
ORDER BY row_id
