-- An answer that was asked ahead, one row per row of it.
select * from read_parquet($path::varchar);
