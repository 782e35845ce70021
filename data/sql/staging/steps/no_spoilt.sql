-- Cells that cannot be decoded, one row per record; none yet.
create or replace temp table spoilt (file_no integer, line bigint, column_name varchar, text varchar);
