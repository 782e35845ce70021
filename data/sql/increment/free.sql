-- How many blocks of the database in use hold nothing, and how many there are.
select
    free_blocks,
    total_blocks
from pragma_database_size()
where database_name = current_database();
