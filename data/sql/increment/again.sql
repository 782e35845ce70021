-- Former records of numbers that came again (`of_typed`, by `of_number`), one row each, as text in the place of those that
-- came; these are kept.
create or replace table staging.came_of_typed as
select * from staging.stg_of_typed;

drop view staging.stg_of_typed;

alter table staging.came_of_typed rename to stg_of_typed;

create or replace table staging.again_of_typed as
select former.*
from staging.text_of_table as former
semi join number_of_typed as came on bare(former.of_number) = came.of_number;

create or replace view staging.text_of_table as
select * from staging.again_of_typed;
