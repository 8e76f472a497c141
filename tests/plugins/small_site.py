"""A small release, and a few questions to it."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

SCHEMA = """
CREATE TABLE packages (publisher_id TEXT PRIMARY KEY, title TEXT, verdict TEXT);
CREATE TABLE files (
    file_id TEXT PRIMARY KEY, publisher_id TEXT REFERENCES packages(publisher_id), dataset TEXT, path TEXT,
    sha256 TEXT, bytes INTEGER);
CREATE TABLE rules (rule TEXT PRIMARY KEY, severity TEXT, title TEXT);
CREATE TABLE problems (
    problem_id INTEGER PRIMARY KEY, file_id TEXT, rule TEXT, severity TEXT, line INTEGER, message TEXT, advice TEXT);
CREATE TABLE agencies (
    agency_id TEXT PRIMARY KEY, name TEXT, website TEXT, publisher_id TEXT, file_id TEXT, line INTEGER);
CREATE TABLE areas (area_id TEXT PRIMARY KEY, name TEXT, area_type TEXT);
CREATE TABLE themes (theme_id TEXT PRIMARY KEY, title TEXT, is_overarching INTEGER);
CREATE TABLE spend (
    file_id TEXT, line INTEGER, publisher_id TEXT, agency_id TEXT REFERENCES agencies(agency_id),
    theme_id TEXT REFERENCES themes(theme_id), payment_date TEXT, amount_pence INTEGER, share_bps INTEGER, fy TEXT,
    is_grant INTEGER, provider_name TEXT, units TEXT, PRIMARY KEY (file_id, line));
CREATE VIRTUAL TABLE spend_fts USING fts5(provider_name, content=spend);
CREATE TABLE datasets (
    dataset TEXT PRIMARY KEY, title TEXT, description TEXT, section TEXT, owner TEXT, label TEXT, facets TEXT, sort TEXT);
CREATE TABLE columns (
    dataset TEXT, "column" TEXT, position INTEGER, title TEXT, description TEXT, unit TEXT, codes TEXT, disclosure TEXT,
    PRIMARY KEY (dataset, "column"));

INSERT INTO packages VALUES ('wexmoor-council', 'Wexmoor Council', 'accepted_with_problems');
INSERT INTO files VALUES
    ('wexmoor-council_spend-2024-05', 'wexmoor-council', 'spend', 'spend-2024-05.csv',
     'abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789', 12345);
INSERT INTO rules VALUES
    ('payments_look_alike', 'warning', 'Payments differ'), ('areas_exist', 'error', 'Areas exist');
INSERT INTO problems VALUES
    (1, 'wexmoor-council_spend-2024-05', 'payments_look_alike', 'warning', 3, 'Lines 2 and 3 look alike.', 'Check both.');
INSERT INTO agencies VALUES
    ('wexmoor-council', 'Wexmoor <Council>', 'https://example.org/', 'wexmoor-council', 'wexmoor-council_spend-2024-05', 2),
    ('second-bridge', 'Second Bridge', NULL, 'wexmoor-council', 'wexmoor-council_spend-2024-05', 3);
INSERT INTO areas VALUES ('X05000005', 'Eastgate', 'ward');
INSERT INTO themes VALUES ('good-homes', 'Good homes', 0), ('growth-and-jobs', 'Growth and jobs', 1);
INSERT INTO spend VALUES
    ('wexmoor-council_spend-2024-05', 2, 'wexmoor-council', 'wexmoor-council', 'good-homes', '2024-05-01', 123450, 1250,
     '2024-2025', 1, 'Calder Care', 'c'),
    ('wexmoor-council_spend-2024-05', 3, 'wexmoor-council', 'second-bridge', 'good-homes', '2024-05-02', -50, 10000,
     '2024-2025', 0, 'Moorland Training', '15');
INSERT INTO spend_fts (spend_fts) VALUES ('rebuild');
INSERT INTO datasets VALUES
    ('agencies', 'Agencies', 'Who takes part.', 'Place and partnership', 'P', 'name', NULL, 'name'),
    ('areas', 'Areas', 'Where.', 'Place and partnership', 'P', 'name', NULL, NULL),
    ('spend', 'Payments', 'Payments <b>over</b> a threshold.', 'Money', 'A', NULL, 'agency_id, theme_id', 'payment_date desc'),
    ('files', 'Files received', 'Each file as sent.', 'Publishing itself', 'program', 'file_id', NULL, NULL);
INSERT INTO columns VALUES
    ('agencies', 'name', 1, 'Name', 'What it is called.', NULL, NULL, NULL),
    ('spend', 'amount_pence', 1, 'Amount', 'What was paid.', 'pence', NULL, NULL),
    ('spend', 'units', 2, 'Families', 'How many families.', 'count', NULL, 'round5'),
    ('areas', 'area_type', 1, 'Kind', 'What kind of area.', NULL, 'district, ward', NULL);
"""

QUESTIONS = {
    "spend_by_theme": """
/*
title: Payments by theme
meaning: "Each row is one theme and what its payments add up to."
caveats: ["Payments over a threshold only."]
parameters:
  fy: {title: "Financial year; empty for all", example: "2024-2025"}
  agency: {title: "Agency; empty for all", example: "council"}
  tier: {title: "Tier; empty for all", example: "early"}
columns:
  amount_pence: {title: "Payments, net", unit: gbp}
*/
SELECT t.theme_id, t.title AS theme, sum(s.amount_pence) AS amount_pence, count(DISTINCT agency_id) AS agencies
FROM spend AS s JOIN themes AS t ON t.theme_id = s.theme_id
WHERE (:fy = '' OR s.fy = :fy) AND (:agency = '' OR s.agency_id = :agency) AND :tier = ''
GROUP BY t.theme_id;
""",
    "agencies_by_name": """
/*
title: Agencies
meaning: >
  Each row is
  one agency.
*/
SELECT agency_id, name FROM agencies ORDER BY name
""",
}


def make_release(folder: Path, *, paid: int = 123450, as_of: str = "2026-06-30") -> Path:
    """A release in a new folder; `paid` tells releases apart."""
    folder.mkdir(parents=True)
    with closing(sqlite3.connect(folder / "community-budget.db")) as connection:
        connection.executescript(SCHEMA)
        connection.execute("UPDATE spend SET amount_pence = ? WHERE line = 2", [paid])
        connection.commit()
    (folder / "manifest.json").write_text(json.dumps({"as_of": as_of}))
    return folder


def switch(releases: Path, release: str) -> None:
    """Lets `current` lead to another release, in one step as the program does."""
    link = releases / "current.new"
    link.symlink_to(release)
    link.replace(releases / "current")
