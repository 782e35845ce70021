-- Bills of one load whose customer is in no list of customers, where there is one: how many, with the first, one row each.
with absent as (
    select cons_key
    from dim_customer
    where not exists_in_extract and exists (select 1 from stg_customer)
),

astray as (
    select
        fct_bill.bill_key,
        fct_bill.rcvbl_ym as month,
        fct_bill.amount
    from fct_bill
    semi join absent on fct_bill.cons_key = absent.cons_key
),

of_load as (
    select
        file.file,
        stg_bill.line,
        stg_bill.cons_no,
        astray.month,
        astray.amount
    from astray
    inner join stg_bill on astray.bill_key = stg_bill.bill_key
    inner join meta_file as file on stg_bill.file_no = file.file_no
    where file.load_id = $load
)

select
    count(*) over () as found,
    *
from of_load
order by file, line
limit $examples
