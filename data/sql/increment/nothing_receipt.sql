-- Receipts where there are none: a view of no row, until files take its place.
create or replace view staging.text_a_rcved_flow as
select
    null::integer as file_no,
    null::varchar as rcved_amt_id,
    null::varchar as charge_id,
    null::varchar as rcved_date
where false;
