/*
title: Payments and credits of an amount
meaning: "Each row is one payment or credit of the amount asked for, the latest first, with the file and line in which it was sent."
caveats:
  - "Without pence, all amounts of so many pounds are found: 1,028 finds 1,028.00 to 1,028.99. With a minus before it, credits alone."
  - "The 200 latest are here. An amount may be one line of a bill that was split, or with or without VAT, as the agency counts."
parameters:
  amount: {title: "Amount in pounds, with its pence or without (needed)", example: "1,033.63"}
columns:
  amount_pence: {title: "Amount", unit: gbp}
draw: {kind: table}
*/
WITH given AS (
    SELECT replace(replace(replace(:amount, '£', ''), ',', ''), ' ', '') AS amount
),
unsigned AS (
    -- a minus as typed, or as this site and word processors write it
    SELECT ltrim(amount, '-−–') AS amount, amount <> ltrim(amount, '-−–') AS is_credit FROM given
),
parted AS (
    SELECT
        substr(amount, 1, instr(amount || '.', '.') - 1) AS pounds,
        substr(amount, instr(amount || '.', '.') + 1) AS pence,
        is_credit
    FROM unsigned
),
bounded AS (
    -- what is no amount is not looked for; a spreadsheet writes 1,033.60 as 1033.6
    SELECT
        CAST(pounds AS INTEGER) * 100 + CAST(substr(pence || '00', 1, 2) AS INTEGER) AS lowest,
        CAST(pounds AS INTEGER) * 100 + CAST(substr(pence || iif(pence = '', '99', '0'), 1, 2) AS INTEGER) AS highest,
        is_credit
    FROM parted
    WHERE length(pounds) BETWEEN 1 AND 13
        AND pounds NOT GLOB '*[^0-9]*'
        AND length(pence) <= 2
        AND pence NOT GLOB '*[^0-9]*'
),
wanted AS (
    SELECT lowest, highest FROM bounded WHERE NOT is_credit
    UNION ALL
    -- nothing is no credit
    SELECT -highest, min(-lowest, -1) FROM bounded
)
SELECT
    s.payment_date,
    s.agency_id,
    a.name AS agency,
    s.provider_id,
    coalesce(p.name, 'Name withheld: ' || s.redaction, s.provider_name, 'No name given') AS provider,
    s.purpose,
    s.amount_pence,
    s.file_id,
    s.line
FROM wanted AS w
-- two ranges of amounts, then what lies in them: nothing else narrows payments so far
CROSS JOIN spend AS s ON s.amount_pence BETWEEN w.lowest AND w.highest
LEFT JOIN agencies AS a ON a.agency_id = s.agency_id
LEFT JOIN providers AS p ON p.provider_id = s.provider_id
ORDER BY s.payment_date DESC, s.file_id, s.line
LIMIT 200
