credit_ever as (
    select
        cons_key,
        arg_max(segment_key, rcvbl_ym::hugeint * 18446744073709551616 + bill_key) as segment_key,
        count(*) filter (where amount > 0 and due_on < $as_of::date) as due_periods_all,
        min(due_on) filter (where amount > 0 and due_on < $as_of::date) as first_due_on,
        count(*) filter (where amount > 0 and due_on < $as_of::date and open_after_due > 0) as arrears_all,
        max(due_on) filter (where amount > 0 and due_on < $as_of::date and open_after_due > 0) as last_arrear_due_on
    from fct_bill
    where is_billed and issued_on <= $as_of::date
    group by cons_key
),

recent as not materialized (
    select
        fct_bill.*,
        dim_segment.pay_mode <> '' as has_channel,
        dim_segment.pay_mode <> ''
        and not list_contains($counter_modes::varchar[], dim_segment.pay_mode) as is_electronic,
        fct_bill.issued_on > ($as_of::date - interval 1 year)::date as in_12m,
        fct_bill.amount > 0
        and fct_bill.due_on < $as_of::date
        and fct_bill.due_on + 1 > ($as_of::date - interval 1 year)::date as is_due_12m,
        year($as_of::date) * 12 + month($as_of::date)
        - fct_bill.rcvbl_ym // 100 * 12 - fct_bill.rcvbl_ym % 100 + 2 as months_back
    from fct_bill
    inner join dim_segment on fct_bill.segment_key = dim_segment.segment_key
    where
        fct_bill.is_billed
        and fct_bill.issued_on <= $as_of::date
        and (
            fct_bill.issued_on > ($as_of::date - interval 1 year)::date
            or fct_bill.due_on + 1 > ($as_of::date - interval 1 year)::date
        )
)
