,

-- The bills that household months are made of, one row per bill; `sole` where a bill month has no other bill of its year,
-- nor one of another year. Every one of them is of the years asked about, which row groups know; in words of the bill's
-- own columns, not of its kind, since those are read before a kind is made.
pair_bills as not materialized (
    select
        bill_key,
        cons_key,
        rcvbl_ym,
        org_no,
        kind,
        amount,
        issued_on,
        bill_no,
        is_billed,
        is_pair and bill_year = rcvbl_ym // 100 as sole
    from flagged
    where
        bill_year >= least($year_a, $year_p)
        and (
            bill_year = $year_p
            or rcvbl_ym // 100 = $year_p
            or (rcvbl_ym <= $closed_month and (bill_year = $year_a or rcvbl_ym // 100 = $year_a))
        )
),

-- Pairs of customer and bill month that may have several bills: these are few.
mixed as (
    select distinct
        cons_key,
        rcvbl_ym
    from pair_bills
    where not sole
),

mixed_bills as materialized (
    select pair_bills.* exclude (bill_no, sole)
    from pair_bills
    inner join mixed on pair_bills.cons_key = mixed.cons_key and pair_bills.rcvbl_ym = mixed.rcvbl_ym
),

mixed_rows as (
    select
        cons_key,
        rcvbl_ym,
        org_no,
        kind,
        sum(amount)::bigint as amount
    from mixed_bills
    group by cons_key, rcvbl_ym, org_no, kind
),

-- Household months, one row per pair of customer and bill month, unit and kind of bills; fen.
sole_rows as not materialized (
    select
        pair_bills.cons_key,
        pair_bills.rcvbl_ym,
        pair_bills.org_no,
        pair_bills.kind,
        pair_bills.amount
    from pair_bills
    left join mixed on pair_bills.cons_key = mixed.cons_key and pair_bills.rcvbl_ym = mixed.rcvbl_ym
    where pair_bills.sole and mixed.cons_key is null
),
