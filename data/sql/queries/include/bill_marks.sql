known as (
    select coalesce(max(extract_on) <= $as_of::date, true) as is_known
    from meta_file
),

marked as (
    select
        fct_bill_mark.bill_key,
        fct_bill_mark.fee_from,
        fct_bill_mark.instalment,
        fct_bill_mark.is_locked and known.is_known as is_locked,
        if(known.is_known, fct_bill_mark.fee_open, 0) as fee_open
    from fct_bill_mark
    cross join known
)
