-- What bills that are not billed are marked for, one row per bill: they are few, and no other bears these marks.
marks as (
    select
        fct_bill.bill_key,
        coalesce(list_contains(meta_rules.not_billed_types, fct_bill.amt_type), false)::integer
        + 2 * coalesce(list_contains(meta_rules.not_owed_types, fct_bill.amt_type), false)::integer
        + 4 * (fct_invisible.bill_key is not null)::integer as marks
    from fct_bill
    left join fct_invisible on fct_bill.bill_key = fct_invisible.bill_key
    cross join meta_rules
    where not fct_bill.is_billed and fct_bill.issued_on <= $as_of
),

-- Bills of the scope issued by the as-of date, one row per bill. `kind` is a number for what the readings ask of a
-- bill: data/ask/tieout_queries.py reads it back. Digits are 1 for what is of a year, 2 for what is before it: sums of
-- comparisons, which take less than choosing among cases.
flagged as not materialized (
    select
        fct_bill.bill_key,
        fct_bill.cons_key,
        fct_bill.rcvbl_ym,
        fct_bill.bill_year,
        segments.org_no,
        fct_bill.amount,
        fct_bill.issued_on,
        fct_bill.bill_no,
        fct_bill.is_billed,
        fct_bill.is_pair,
        fct_bill.collected,
        fct_bill.receipts,
        fct_bill.receipt_key,
        fct_bill.received,
        fct_bill.received_on,
        fct_bill.effective_on,
        fct_bill.written_off_on,
        fct_bill.excess,
        fct_bill.is_set_off,
        coalesce(fct_bill.written_off_on <= $as_of, false) as written_off,
        (fct_bill.rcvbl_ym <= $closed_month)::integer
        * ((fct_bill.bill_year <= $year_a)::integer + (fct_bill.bill_year < $year_a)::integer)
        + 3 * ((fct_bill.bill_year <= $year_p)::integer + (fct_bill.bill_year < $year_p)::integer)
        + 9 * (fct_bill.rcvbl_ym <= $closed_month)::integer * (
            (fct_bill.rcvbl_ym < 100 * $year_a + 100)::integer + (fct_bill.rcvbl_ym < 100 * $year_a)::integer
        )
        + 27 * (
            (fct_bill.rcvbl_ym < 100 * $year_p + 100)::integer + (fct_bill.rcvbl_ym < 100 * $year_p)::integer
        )
        + 81 * (
            if(fct_bill.is_billed, 2 * (not fct_bill.is_owed)::integer, marks.marks)
            + 8 * (fct_bill.amount < 0)::integer
            + 16 * (fct_bill.issued_on > $official_day)::integer
            + 32 * coalesce(fct_bill.written_off_on <= $as_of, false)::integer
            + 64 * (fct_bill.rcvbl_ym = $closed_month)::integer
        ) as kind
    from fct_bill
    inner join segments on fct_bill.segment_key = segments.segment_key
    left join marks on if(fct_bill.is_billed, null, fct_bill.bill_key) = marks.bill_key
    where fct_bill.issued_on <= $as_of
)
