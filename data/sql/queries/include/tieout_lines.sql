,

-- Receipt lines of bills with several of them, by the as-of date or booked by the closed month, one row per line.
lines as (
    select
        fct_receipt_line.bill_key,
        fct_receipt_line.effective_on,
        coalesce(
            fct_booked.rcved_ym,
            year(fct_receipt_line.received_on) * 100 + month(fct_receipt_line.received_on)
        ) as booked_ym,
        fct_receipt_line.amount,
        fct_receipt_line.is_set_off,
        if(fct_receipt_line.is_billed, fct_receipt_line.collected, fct_receipt_line.amount) as applied,
        fct_receipt_line.excess,
        fct_receipt_line.recovered_after as recovered
    from fct_receipt_line
    left join fct_booked on fct_receipt_line.receipt_key = fct_booked.receipt_key
    where
        fct_receipt_line.bill_key is not null
        and (
            fct_receipt_line.effective_on >= make_date($year_a, 1, 1)
            or fct_receipt_line.bill_year >= $year_a
            or not fct_receipt_line.is_billed
        )
)
