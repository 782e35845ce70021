-- The payments that came, and those that receipts which came are of, one row per number as it is written.
create or replace temp table came_charge as
select bare(charge_id) as charge_id
from staging.text_a_pay_flow
where bare(charge_id) is not null
union
select bare(charge_id)
from staging.text_a_rcved_flow
where bare(charge_id) is not null;

select count(*) from came_charge;
