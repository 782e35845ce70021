-- The household months named, one row per (cons_key, rcvbl_ym): whose, and their bills by the as-of date; fen.
with
wanted as (
    select
        unnest($cons_keys::bigint[]) as cons_key,
        unnest($months::integer[]) as rcvbl_ym
)

select
    wanted.cons_key,
    wanted.rcvbl_ym,
    dim_customer.cons_no,
    dim_customer.org_no,
    coalesce(dim_org.org_name, dim_customer.org_no) as org_name,
    count(*) as bills,
    sum(fct_bill.amount)::bigint as amount
from wanted
inner join fct_bill on wanted.cons_key = fct_bill.cons_key and wanted.rcvbl_ym = fct_bill.rcvbl_ym
inner join dim_customer on wanted.cons_key = dim_customer.cons_key
left join dim_org on dim_customer.org_no = dim_org.org_no
where fct_bill.issued_on <= $as_of
group by all
