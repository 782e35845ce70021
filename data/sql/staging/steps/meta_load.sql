-- The notes of the loads as they lie in their folder, one row a load: a lost one is written again from here.
create or replace table meta_load as
select
    unnest($loads::varchar[]) as load,
    unnest($notes::varchar[]) as note;
