-- A column (`of_column`) of a typed table (`of_typed`) that nothing reads any more: its memory is free for other tables.
alter table staging.of_typed drop column of_column;
