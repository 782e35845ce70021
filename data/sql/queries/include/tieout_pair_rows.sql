,

-- Household months, one row per pair of customer and bill month, unit and kind of bills; fen.
pair_rows as (
    select
        cons_key,
        rcvbl_ym,
        org_no,
        kind,
        sum(amount)::bigint as amount
    from flagged
    where kind % 3 = 1 or kind // 3 % 3 = 1 or kind // 9 % 3 = 1 or kind // 27 % 3 = 1
    group by cons_key, rcvbl_ym, org_no, kind
)
