-- Bills of the scope issued by the as-of date, with what the readings ask of a bill, one row per bill.
-- `kind` is a number for all of that.
marked as (
    select
        fct_bill.bill_key,
        fct_bill.cons_key,
        fct_bill.rcvbl_ym,
        dim_segment.org_no,
        fct_bill.amount,
        fct_bill.issued_on,
        fct_bill.bill_no,
        fct_bill.is_billed,
        fct_bill.written_off_on,
        fct_bill.collected,
        case
            when rcvbl_ym > $closed_month then 0
            when bill_year = $year_a then 1
            else 2 * (bill_year < $year_a)::integer
        end as part_a,
        case when bill_year = $year_p then 1 else 2 * (bill_year < $year_p)::integer end as part_p,
        case
            when rcvbl_ym > $closed_month then 0
            when rcvbl_ym // 100 = $year_a then 1
            else 2 * (rcvbl_ym // 100 < $year_a)::integer
        end as part_a_ym,
        case when rcvbl_ym // 100 = $year_p then 1 else 2 * (rcvbl_ym // 100 < $year_p)::integer end as part_p_ym,
        coalesce(list_contains(meta_rules.not_billed_types, fct_bill.amt_type), false) as instalment,
        coalesce(list_contains(meta_rules.not_owed_types, fct_bill.amt_type), false) as kind_05,
        fct_invisible.bill_key is not null as invisible,
        fct_bill.amount < 0 as refund,
        fct_bill.issued_on > $official_day as late,
        coalesce(fct_bill.written_off_on <= $as_of, false) as written_off
    from fct_bill
    inner join dim_segment on fct_bill.segment_key = dim_segment.segment_key
    inner join segments on fct_bill.segment_key = segments.segment_key
    left join fct_invisible on fct_bill.bill_key = fct_invisible.bill_key
    cross join meta_rules
    where fct_bill.issued_on <= $as_of
),

flagged as (
    select
        *,
        part_a + 3 * part_p + 9 * part_a_ym + 27 * part_p_ym
        + 81 * (
            instalment::integer + 2 * kind_05::integer + 4 * invisible::integer
            + 8 * refund::integer + 16 * late::integer + 32 * written_off::integer
        ) as kind
    from marked
)
