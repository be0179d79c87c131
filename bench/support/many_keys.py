"""A database with very many keys: one that was made over REST, copied row by row. The copies have
no secrets, so that nobody can call with them; lists show them like any other."""

import contextlib
import sqlite3

# What tells a copy from its original; every other column is copied as it stands.
OWN_COLUMNS = {
    "id": "printf('key_01%024d', number)",
    "name": "printf('key %07d', number)",
    "prefix": "printf('clv_ak_%04x', number * 7919 % 65536)",
    "state": "CASE WHEN number % 10 = 0 THEN 'revoked' ELSE 'active' END",
    "revoked_at": "CASE WHEN number % 10 = 0 THEN created_at END",
    "revoke_reason": "CASE WHEN number % 10 = 0 THEN 'other' END",
    "expires_at": "CASE WHEN number % 3 = 0"
    " THEN created_at + 86400000000 * (number % 365 + 1) END",
    "version": "(SELECT version FROM change_head)",
}


def multiply(database, count):
    """Makes `count` copies of the one key in it. No server may be at work on the database."""
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(access_keys)")]
        values = ", ".join(OWN_COLUMNS.get(column, column) for column in columns)
        connection.execute("BEGIN IMMEDIATE")
        # The schema takes no key whose change is not entered: so it is, with a new version.
        connection.execute("UPDATE change_head SET version = version + 1, is_open = 1")
        connection.execute(
            f"""WITH RECURSIVE numbers(number) AS
                (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < {count})
                INSERT INTO access_keys ({", ".join(columns)})
                SELECT {values} FROM numbers CROSS JOIN
                  (SELECT {", ".join(columns)} FROM access_keys ORDER BY id LIMIT 1)"""
        )
        connection.execute("UPDATE change_head SET is_open = 0")
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
