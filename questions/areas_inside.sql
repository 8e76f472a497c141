/*
title: Areas inside an area
meaning: "Each row is one area that lies directly inside another, with the number of people who live there."
caveats:
  - "Areas of different kinds may cover the same ground: do not add them up."
parameters:
  area: {title: "Area, by its code; empty for the areas that nothing contains", example: "X13000001"}
columns:
  population: {title: "Residents", unit: count}
draw: {kind: table}
*/
SELECT area_id, name AS area, area_type, population
FROM areas
WHERE coalesce(parent_id, '') = :area
ORDER BY area_type, area, area_id
