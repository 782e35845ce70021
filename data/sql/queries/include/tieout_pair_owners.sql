-- The unit that a named pair belongs to: that of its first billed bill.
owned as (
    select
        flagged.cons_key,
        flagged.rcvbl_ym,
        arg_min(
            flagged.org_no,
            (not flagged.is_billed, flagged.issued_on, -flagged.amount, flagged.bill_no)
        ) as org_no
    from flagged
    inner join named on flagged.cons_key = named.cons_key and flagged.rcvbl_ym = named.rcvbl_ym
    where
        flagged.kind % 3 = 1
        or flagged.kind // 3 % 3 = 1
        or flagged.kind // 9 % 3 = 1
        or flagged.kind // 27 % 3 = 1
    group by flagged.cons_key, flagged.rcvbl_ym
)
