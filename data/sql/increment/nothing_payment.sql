-- Payments where there are none: a view of no row, until files take its place.
create or replace view staging.text_a_pay_flow as
select
    null::integer as file_no,
    null::varchar as charge_id,
    null::varchar as type_code
where false;
