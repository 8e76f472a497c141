/*
title: Rewards by results, payable or why not
meaning: "Each row is what one agency claimed of a scheme for the families or people of one year, for attaching them or for one result: the published rate, what is due, and whether it is payable or why it is not."
caveats:
  - "The rate is that of the year in which the work with the family began, however late the result is claimed."
  - "No more results of one kind are payable than units were attached, and all results of a year together no more than the cap times the units attached."
  - "That a result was reached and paid for does not prove that the work brought it about."
parameters:
  scheme: {title: "Scheme, by its code; empty for all", example: "families-reward"}
  verdict: {title: "Verdict, for example payable, not_checked or over_cap; empty for all", example: "not_checked"}
columns:
  attached_fy: {title: "Year work began"}
  kind: {title: "For attachment or result"}
  attached_units: {title: "Attached", unit: count}
  units: {title: "Claimed for", unit: count}
  payable_units: {title: "Payable for", unit: count}
  rate_pence: {title: "Rate for each", unit: gbp}
  claimed_pence: {title: "Claimed", unit: gbp}
  due_pence: {title: "Due by the rates", unit: gbp}
  payable_pence: {title: "Payable now: checked and not paid", unit: gbp}
  paid_pence: {title: "Paid", unit: gbp}
  refused_pence: {title: "Refused", unit: gbp}
  reason: {title: "Why"}
draw: {kind: table}
*/
SELECT
    r.scheme_id,
    r.attached_fy,
    r.agency_id,
    a.name AS agency,
    r.payer_agency_id,
    b.name AS payer,
    r.programme_id,
    r.kind,
    r.result,
    r.attached_units,
    r.units,
    r.payable_units,
    r.rate_pence,
    r.claimed_pence,
    r.due_pence,
    r.checked_pence - r.paid_pence AS payable_pence,
    r.paid_pence,
    r.refused_pence,
    r.verdict,
    r.reason
FROM reward_settlement AS r
JOIN agencies AS a ON a.agency_id = r.agency_id
LEFT JOIN agencies AS b ON b.agency_id = r.payer_agency_id
WHERE (:scheme = '' OR r.scheme_id = :scheme) AND (:verdict = '' OR r.verdict = :verdict)
ORDER BY r.scheme_id, r.attached_fy, agency, r.agency_id, r.kind, r.result
