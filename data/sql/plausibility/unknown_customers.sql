-- Customers of one load and table who are in no list of customers, where there is one: how many of how many, with the
-- first, one row each.
with of_load as (
    select
        kept.cons_no,
        min_by(file.file, (file.file, kept.line)) as file,
        min_by(kept.line, (file.file, kept.line)) as line
    from query_table($kept) as kept
    inner join meta_file as file on kept.file_no = file.file_no
    where file.load_id = $load and kept.cons_no is not null
    group by kept.cons_no
)

select
    count(*) over () as found,
    (select count(everybody.cons_no) from of_load as everybody) as customers,
    of_load.file,
    of_load.line,
    of_load.cons_no
from of_load
anti join stg_customer on of_load.cons_no = stg_customer.cons_no
where exists (select 1 from stg_customer as listed where listed.cons_no is not null)
order by of_load.file, of_load.line
limit $examples
