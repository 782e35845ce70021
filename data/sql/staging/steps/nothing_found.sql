-- Cells that cannot be decoded, records that were read more than once and those of one file that stay: none yet.
create or replace temp table spoilt (file_no integer, line bigint, column_name varchar, text varchar);
create or replace temp table dropped (file_no integer, line bigint, id_key bigint);
create or replace temp table repeated (file_no integer, line bigint, id_key bigint, new_key bigint);
