-- Former receipts of numbers that came again as text, one row each, in the place of those that came; these are kept.
create or replace table staging.came_receipt as
select * from staging.stg_receipt;

drop view staging.stg_receipt;

alter table staging.came_receipt rename to stg_receipt;

create or replace table staging.again_receipt as
select former.*
from staging.text_a_rcved_flow as former
semi join came_number on bare(former.rcved_amt_id) = came_number.rcved_amt_id;

create or replace view staging.text_a_rcved_flow as
select * from staging.again_receipt;
