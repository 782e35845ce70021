-- Receipts without a day, one row each: that of their payment, else the end of the month in which they are booked.
create or replace temp table work_undated as
select
    stg_receipt.receipt_key,
    coalesce(
        min(stg_payment.charged_on),
        any_value(last_day(make_date(stg_receipt.rcved_ym // 100, stg_receipt.rcved_ym % 100, 1)))
    ) as received_on
from stg_receipt
left join stg_payment on stg_receipt.charge_key = stg_payment.charge_key
where stg_receipt.received_on is null
group by stg_receipt.receipt_key;

-- Calculations that such receipts say, with the customers whose bills they made, one row each.
create or replace temp table work_of_calculation as
select distinct
    calc_id,
    cons_no
from stg_bill
where calc_id in (select receipt.calc_id from stg_receipt as receipt where receipt.bill_key is null);

-- Receipts without a bill's number, one row each, with what they say of it: a calculation of their customer's, else
-- customer and month. A kind is compared without the zeros that a spreadsheet takes away.
create or replace temp table work_loose as
with told as (
    select
        receipt.receipt_key,
        receipt.cons_no,
        receipt.rcvbl_ym,
        receipt.calc_id,
        ltrim(receipt.amt_type, '0') as amt_type,
        receipt.amount,
        coalesce(receipt.received_on, work_undated.received_on) as on_day,
        work_of_calculation.calc_id is not null as by_calculation
    from stg_receipt as receipt
    left join work_undated on receipt.receipt_key = work_undated.receipt_key
    left join work_of_calculation
        on receipt.calc_id = work_of_calculation.calc_id and receipt.cons_no = work_of_calculation.cons_no
    where receipt.bill_key is null
)

select
    receipt_key,
    by_calculation,
    cons_no,
    if(by_calculation, null, rcvbl_ym) as rcvbl_ym,
    if(by_calculation, calc_id, null) as calc_id,
    not by_calculation and calc_id is not null as is_of_another,
    amt_type,
    amount,
    on_day
from told
where by_calculation or rcvbl_ym is not null;
