-- Whether the spells that last are held, one value.
select count(*) > 0 as has
from duckdb_tables()
where database_name = 'held' and table_name = 'lasting';
