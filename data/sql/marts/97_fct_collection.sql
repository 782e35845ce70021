-- What collection asks of few bills: `is_locked` in a batch, `fee_from` (the late fee is deferred until then), which
-- `instalment` it is, `fee_open` of the extract; one row per bill_key.
create or replace table fct_bill_mark as
select
    stg_bill.bill_key,
    marked.fee_from,
    marked.is_locked,
    marked.instalment,
    marked.fee_open
from stg_marked_bill as marked
inner join stg_bill on marked.file_no = stg_bill.file_no and marked.line = stg_bill.line;

-- Accounts that hold customers' money, one row per account; fen.
create or replace table fct_account as
select
    dim_customer.cons_key,
    coalesce(stg_account.bal_type, '01') as bal_type,
    stg_account.balance as prepay,
    coalesce(stg_account.frozen, 0) as frozen,
    coalesce(stg_account.checked, 0) as checked,
    coalesce(stg_account.transit_note, 0) as transit_note
from stg_account
inner join dim_customer on stg_account.cons_no = dim_customer.cons_no;

-- Phones of customers, one row per cons_key, use and number: `contact_mode` ('' none said; 02 accounts, 03 supply stops),
-- small `place` first. `is_mobile` is null where the number is none that can be called.
create or replace table fct_contact as
with said as (
    select
        dim_customer.cons_key,
        coalesce(stg_contact.contact_mode, '') as contact_mode,
        coalesce(stg_contact.contact_prio, 999999) as prio,
        unnest([stg_contact.mobile, stg_contact.office_tel, stg_contact.homephone]) as phone,
        unnest([1, 2, 3]) as nth,
        stg_contact.file_no,
        stg_contact.line,
        false as is_own
    from stg_contact
    inner join dim_customer on stg_contact.cons_no = dim_customer.cons_no
    union all
    select
        cons_key,
        '' as contact_mode,
        999999 as prio,
        mobile as phone,
        1 as nth,
        2147483647 as file_no,
        0 as line,
        true as is_own
    from dim_customer
    where mobile is not null
),

tidy as (
    select
        * exclude (phone),
        phone_of(phone) as phone
    from said
    where phone is not null
),

-- The customer's own number where no contact has it.
known as (
    select *
    from tidy
    where is_phone(phone)
    qualify not is_own or bool_and(is_own) over (partition by cons_key, phone)
)

select
    cons_key,
    contact_mode,
    phone,
    is_mobile_phone(phone) as is_mobile,
    (row_number() over (
        partition by cons_key, contact_mode order by prio asc, file_no desc, line desc, nth asc, phone asc
    ))::integer as place
from known
qualify row_number() over (partition by cons_key, contact_mode, phone order by prio asc, file_no desc, line desc, nth asc) = 1;
