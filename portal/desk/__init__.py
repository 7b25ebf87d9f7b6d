"""The desk: PostgreSQL, Valkey, web, worker and beat run from one folder by one parent that leaves nothing behind."""
