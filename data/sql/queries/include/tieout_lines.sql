,

-- Receipt lines on those bills by the as-of date, or booked by the closed month, one row per line.
lines as (
    select
        fct_receipt.bill_key,
        fct_receipt.effective_on <= $as_of as by_asof,
        fct_receipt.effective_on <= $official_day as by_day,
        coalesce(
            fct_booked.rcved_ym, year(fct_receipt.received_on) * 100 + month(fct_receipt.received_on)
        ) <= $closed_month as by_month,
        fct_receipt.effective_on >= make_date($year_a, 1, 1) as since_a,
        fct_receipt.effective_on >= make_date($year_p, 1, 1) as since_p,
        fct_receipt.amount < 0 as reversal,
        fct_receipt.is_set_off as setoff,
        case when fct_receipt.is_billed then fct_receipt.collected else fct_receipt.amount end as applied,
        fct_receipt.excess,
        fct_receipt.recovered_after as recovered
    from fct_receipt
    left join fct_booked on fct_receipt.receipt_key = fct_booked.receipt_key
    where
        fct_receipt.bill_key is not null
        and (
            fct_receipt.effective_on >= make_date($year_a, 1, 1)
            or fct_receipt.bill_year >= $year_a
            or not fct_receipt.is_billed
        )
)
