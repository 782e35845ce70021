-- Why receipts that were read before cannot give way to those that came, one row per reason: they had no number, found
-- their bill by others, or may be all that is known of a customer.
select 'again_unnumbered' as doubt
where (select count(*) from came_again) <> (select count(*) from replaced)
union all
select 'again_by_others'
where exists (select 1 from replaced where bill_key is null and (calc_id is not null or rcvbl_ym is not null))
union all
select 'again_alone'
where
    exists (
        select 1 from replaced
        inner join stg_receipt on replaced.receipt_key = stg_receipt.receipt_key
        left join dim_customer on replaced.cons_no = dim_customer.cons_no
        where
            not coalesce(dim_customer.exists_in_extract, false)
            and (
                replaced.cons_no is distinct from stg_receipt.cons_no
                or replaced.org_no is distinct from stg_receipt.org_no
            )
    );
