-- Why what came cannot be put on top of the last snapshot by what it holds alone, one row per reason: receipts that say a
-- customer and month, or a calculation, in place of a bill; receipts of customers that nothing else names, or of another
-- unit than that of a customer of whom no more is known; payments without a number.
select 'no_bill' as doubt
where
    exists (
        select 1 from stg_receipt
        where bill_key is null and (calc_id is not null or rcvbl_ym is not null)
    )
union all
select 'strangers'
where
    exists (
        select 1 from stg_receipt
        anti join dim_customer on stg_receipt.cons_no = dim_customer.cons_no
    )
union all
select 'other_unit'
where
    exists (
        select 1 from stg_receipt
        inner join dim_customer on stg_receipt.cons_no = dim_customer.cons_no
        where
            not dim_customer.exists_in_extract
            and stg_receipt.org_no is not null
            and stg_receipt.org_no <> dim_customer.org_no
    )
union all
select 'payment_unnumbered'
where exists (select 1 from stg_payment where charge_key is null);
