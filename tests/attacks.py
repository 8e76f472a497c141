"""SQL that is written to break the site, each with the words or figures that show what it is answered."""

from __future__ import annotations

NUMBERS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {})"
ENDLESS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
LONG = "hex(zeroblob(120000))"

CRASHING = {
    "a tokenizer at an address": "SELECT fts3_tokenizer('simple', x'4141414141414141')",
    "a tokenizer at an address, bound": "SELECT fts3_tokenizer('simple', :blob)",
    "a tokenizer's pointer": "SELECT hex(fts3_tokenizer('simple'))",
    "a tokenizer by another case": "SELECT FTS3_Tokenizer('simple')",
    "a table of tokens": "SELECT * FROM fts3tokenize WHERE input = 'a b'",
    "an extension": "SELECT load_extension('/lib/x86_64-linux-gnu/libc.so.6')",
    "an extension with its start": "SELECT load_extension('libm', 'sqlite3_extension_init')",
    "statements": "SELECT * FROM sqlite_stmt",
    "pages by number": "SELECT * FROM dbstat",
    "raw pages": "SELECT hex(data) FROM sqlite_dbpage",
    "a tokenizer within a where": "SELECT 1 WHERE fts3_tokenizer('porter') IS NOT NULL",
    "deep brackets": "SELECT " + "(" * 2000 + "1" + ")" * 2000,
    "deep case": "SELECT " + "CASE WHEN 1 THEN " * 400 + "1" + " END" * 400,
    "deep not": "SELECT " + "NOT " * 1500 + "1",
    "long sums": "SELECT " + "+".join(["1"] * 3000),
    "many columns": "SELECT " + ",".join(["1"] * 1500),
    "many unions": "SELECT 1" + " UNION ALL SELECT 1" * 500,
    "many values": "SELECT * FROM (VALUES " + ",".join(["(1)"] * 3000) + ")",
    "long SQL": "SELECT '" + "a" * 21_000 + "'",
    "deep selects": "SELECT * FROM (" * 150 + "SELECT 1" + ")" * 150,
    "json nested deep": "SELECT json_valid(replace(hex(zeroblob(20000)), '0', '['))",
    "json nested deep and taken apart": "SELECT count(*) FROM json_tree(replace(hex(zeroblob(900)), '00', '['))",
}

FILLING = {
    "a blob of 490 MB": "SELECT hex(zeroblob(490000000))",
    "a blob of 2 GB": "SELECT zeroblob(2000000000)",
    "a random blob of 900 MB": "SELECT length(randomblob(900000000))",
    "printf with a precision": "SELECT printf('%.*c', 900000000, 'x')",
    "printf with a width": "SELECT printf('%900000000d', 1)",
    "format with a precision": "SELECT format('%.900000000c', 'x')",
    "format with a width apart": "SELECT format('%*d', 900000000, 1)",
    "printf of a number's decimals": "SELECT length(printf('%.99999999f', 1.0))",
    "printf with flags before the width": "SELECT printf('%-+ #0,!900000000d', 1)",
    "replace that doubles": "SELECT length(replace(replace(hex(zeroblob(100000)), '0', hex(zeroblob(1000))), '0', '00'))",
    "group_concat of everything": "SELECT group_concat(provider_name) FROM spend",
    "json of everything": "SELECT json_group_array(provider_name) FROM spend",
    "an object of everything": "SELECT json_group_object(line, provider_name) FROM spend",
    "wide rows": "SELECT " + ",".join(["zeroblob(250000)"] * 900),
    "long rows": f"{NUMBERS.format(1000)} SELECT hex(zeroblob(120000)) FROM n",
    "random rows": f"{NUMBERS.format(1000)} SELECT hex(randomblob(120000)) FROM n",
    "text that grows": "WITH RECURSIVE t (s) AS (SELECT 'aa' UNION ALL SELECT s || s FROM t) SELECT length(s) FROM t",
    "quotes that grow": f"SELECT quote(quote(quote({LONG})))",
    "patches of json": "SELECT json_patch(json_object('a', hex(zeroblob(120000))), json_object('b', hex(zeroblob(120000))))",
}

SLOW = {
    "endless recursion": f"{ENDLESS} SELECT count(*) FROM n",
    "endless recursion with a sum": f"{ENDLESS} SELECT sum(i * i) FROM n",
    "a cross join": "SELECT count(*) FROM spend a, spend b, spend c",
    "a sorted cross join": "SELECT a.line, b.line FROM spend a, spend b ORDER BY a.amount_pence + b.amount_pence",
    "a distinct cross join": "SELECT DISTINCT a.line * b.line FROM spend a, spend b",
    "a window over a cross join": "SELECT sum(a.line) OVER (ORDER BY b.line) FROM spend a, spend b",
    "a grouped cross join": "SELECT count(*) FROM (SELECT 1 FROM spend a, spend b GROUP BY a.line, b.line)",
    "a materialised cross join": "WITH m AS MATERIALIZED (SELECT a.line FROM spend a, spend b) SELECT count(*) FROM m, m",
    "a union that is made distinct": f"SELECT * FROM (SELECT i FROM ({ENDLESS} SELECT i FROM n) UNION SELECT 1) ORDER BY 1",
    "a pattern that backtracks": "SELECT count(*) FROM spend WHERE provider_name || hex(zeroblob(9999)) LIKE '"
    + "%0" * 49
    + "1'",
    "a glob that backtracks": f"{NUMBERS.format(3000)} SELECT sum(hex(zeroblob(60000)) GLOB '{'*0' * 48}1') FROM n",
    "a long pattern": "SELECT hex(zeroblob(100000)) LIKE '" + "%0" * 2000 + "1'",
    "instr in long text": f"SELECT instr({LONG}, hex(zeroblob(60000)) || '1')",
    "instr many times": f"{NUMBERS.format(3000)} SELECT sum(instr({LONG}, hex(zeroblob(60000)) || i)) FROM n",
    "replace many times": f"{NUMBERS.format(9000)} SELECT sum(length(replace({LONG}, '0', 'b'))) FROM n",
    "json many times": f"{NUMBERS.format(9000)} SELECT sum(json_valid('[' || replace(hex(zeroblob(60000)), '0', '1,') || '1]')) FROM n",
    "trim many times": f"{NUMBERS.format(9000)} SELECT sum(length(trim({LONG}, '0'))) FROM n",
    "upper many times": f"{NUMBERS.format(99999)} SELECT sum(length(upper({LONG}))) FROM n",
    "substr many times": f"{NUMBERS.format(99999)} SELECT sum(length(substr({LONG}, i, 100000))) FROM n",
    "all pairs of names": "SELECT count(*) FROM spend a JOIN spend b ON a.provider_name LIKE b.provider_name",
    "a search of everything for everything": "SELECT count(*) FROM spend_fts a, spend_fts b WHERE a.spend_fts MATCH 'provider*'",
    "a search with a huge near": "SELECT count(*) FROM spend_fts WHERE spend_fts MATCH '" + "provider OR " * 800 + "x'",
    "a nested count": "SELECT count(*) FROM spend a WHERE (SELECT count(*) FROM spend b WHERE b.share_bps IS a.line) > 1",
    "random order": f"{NUMBERS.format(9999999)} SELECT i FROM n ORDER BY random()",
    "rows sorted with long cells": "SELECT hex(randomblob(9999)) AS x FROM spend ORDER BY x",
    "three sorts at once": "SELECT * FROM (SELECT line, hex(randomblob(500)) x FROM spend ORDER BY x) ORDER BY x DESC, line",
}

NOSY = {
    "the path of the file": "SELECT * FROM pragma_database_list",
    "the path, by a function": "SELECT file FROM pragma_database_list()",
    "a file read": "SELECT readfile('/etc/passwd')",
    "a file written": "SELECT writefile('/tmp/owned', 'x')",
    "a file as a table": "SELECT * FROM fsdir('/')",
    "another database": "SELECT 1; ATTACH '/etc/passwd' AS p",
    "a write": "WITH x AS (SELECT 1) DELETE FROM spend",
    "an insert": "WITH x AS (SELECT 1) INSERT INTO themes SELECT 'a', 'b', 0",
    "an update": "WITH x AS (SELECT 1) UPDATE themes SET title = 'x'",
    "the folder for temporary files": "SELECT * FROM pragma_temp_store_directory",
    "a setting of memory": "SELECT * FROM pragma_hard_heap_limit(0)",
    "a setting of the writer": "SELECT * FROM pragma_query_only(0)",
    "a database in memory": "SELECT 1; VACUUM INTO '/tmp/owned.db'",
    "an error with a path": 'SELECT * FROM "/etc/passwd"',
    "an extension's name": "SELECT edit('x')",
}

ATTACKS = {**CRASHING, **FILLING, **SLOW, **NOSY}
