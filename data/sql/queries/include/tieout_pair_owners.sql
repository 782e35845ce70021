-- The unit that a named pair belongs to: that of its first billed bill.
owned as (
    select
        pair_bills.cons_key,
        pair_bills.rcvbl_ym,
        arg_min(
            pair_bills.org_no,
            (not pair_bills.is_billed, pair_bills.issued_on, -pair_bills.amount, pair_bills.bill_no)
        ) as org_no
    from pair_bills
    inner join named on pair_bills.cons_key = named.cons_key and pair_bills.rcvbl_ym = named.rcvbl_ym
    group by pair_bills.cons_key, pair_bills.rcvbl_ym
)
