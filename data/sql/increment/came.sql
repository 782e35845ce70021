-- The numbers of payments that came and that receipts which came are of, and those of receipts that were read before, as
-- they are written, one row each.
create or replace temp table number_payment as
select bare(charge_id) as charge_id
from staging.text_a_pay_flow
where bare(charge_id) is not null
union
select bare(charge_id)
from staging.text_a_rcved_flow
where bare(charge_id) is not null;

create or replace temp table came_again as
select fct_receipt.receipt_key
from fct_receipt
semi join stg_receipt on fct_receipt.receipt_key = stg_receipt.receipt_key;

create or replace temp table number_receipt as
select distinct bare(rcved_amt_id) as rcved_amt_id
from staging.text_a_rcved_flow
where key_of(bare(rcved_amt_id)) in (select came_again.receipt_key from came_again);

-- What payments of former files say that came again, or that receipts which came are of: nothing yet.
create or replace temp table was_payment (charge_key bigint, charged_on date, type_code varchar);

-- Receipts of former files that give way to one that came: none yet.
create or replace temp table replaced (
    receipt_key bigint, bill_key bigint, cons_no varchar, org_no varchar, rcvbl_ym integer, calc_id bigint
);
