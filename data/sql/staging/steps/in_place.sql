-- A typed table (`of_typed` stands for its name) becomes one row per identity: without faults and what is dropped.
delete from staging.of_typed where bad is not null;

delete from staging.of_typed using dropped
where of_typed.file_no = dropped.file_no and of_typed.line = dropped.line and of_typed.id_key = dropped.id_key;

update staging.of_typed set id_key = repeated.new_key
from repeated
where of_typed.file_no = repeated.file_no and of_typed.line = repeated.line and of_typed.id_key = repeated.id_key;
