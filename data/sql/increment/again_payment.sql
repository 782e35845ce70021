-- Former payments of numbers that came again as text, one row each, in the place of those that came; these are kept.
create or replace table staging.came_payment as
select * from staging.stg_payment;

drop view staging.stg_payment;

alter table staging.came_payment rename to stg_payment;

create or replace table staging.again_payment as
select former.*
from staging.text_a_pay_flow as former
semi join came_charge on bare(former.charge_id) = came_charge.charge_id;

create or replace view staging.text_a_pay_flow as
select * from staging.again_payment;
