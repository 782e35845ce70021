-- The household months of the registered table `picked` (cons_key, rcvbl_ym, effect), one row per pair: whose, and
-- their bills by the as-of date; largest amount first; fen.
select
    picked.cons_key,
    picked.rcvbl_ym,
    dim_customer.cons_no,
    dim_customer.org_no,
    coalesce(dim_org.org_name, dim_customer.org_no) as org_name,
    count(*) as bills,
    sum(fct_bill.amount)::bigint as amount,
    picked.effect
from picked
inner join fct_bill on picked.cons_key = fct_bill.cons_key and picked.rcvbl_ym = fct_bill.rcvbl_ym
inner join dim_customer on picked.cons_key = dim_customer.cons_key
left join dim_org on dim_customer.org_no = dim_org.org_no
where fct_bill.issued_on <= $as_of
group by all
order by abs(sum(fct_bill.amount)) desc, dim_customer.cons_no asc, picked.rcvbl_ym asc
