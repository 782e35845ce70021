-- The unit that a named pair belongs to: that of its first billed bill.
owned as (
    select
        owner_bills.cons_key,
        owner_bills.rcvbl_ym,
        arg_min(
            owner_bills.org_no,
            (not owner_bills.is_billed, owner_bills.issued_on, -owner_bills.amount, owner_bills.bill_no)
        ) as org_no
    from owner_bills
    inner join named on owner_bills.cons_key = named.cons_key and owner_bills.rcvbl_ym = named.rcvbl_ym
    group by owner_bills.cons_key, owner_bills.rcvbl_ym
)
