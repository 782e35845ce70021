-- The days and months of tables that did not come: views without rows, until a file takes a view's place.
create or replace view staging.text_a_rcvbl_flow as
select
    null::varchar as rcvbl_ym,
    null::varchar as release_date
where false;

create or replace view staging.text_a_rcved_flow as
select null::varchar as rcved_date
where false;

create or replace view staging.text_a_pay_flow as
select null::varchar as charge_date
where false;
