,

-- Bills with one receipt that a reading may count, one row each: it needs no looking for. Years and days are asked
-- apart, each of them being a bound that row groups know.
alone as not materialized (
    select *
    from flagged
    where receipts = 1 and bill_year >= $year_a
    union all
    select *
    from flagged
    where receipts = 1 and bill_year < $year_a and effective_on >= make_date($year_a, 1, 1)
    union all
    select *
    from flagged
    where receipts = 1 and bill_year < $year_a and effective_on < make_date($year_a, 1, 1) and not is_billed
),

told_lines as not materialized (
    select
        alone.bill_key,
        alone.org_no,
        alone.kind,
        alone.effective_on,
        coalesce(
            fct_booked.rcved_ym, year(alone.received_on) * 100 + month(alone.received_on)
        ) as booked_ym,
        alone.received as amount,
        alone.is_set_off,
        case
            when alone.amount <= 0 then 0
            when alone.is_billed then alone.collected
            else alone.received
        end as applied,
        alone.excess,
        if(
            alone.is_billed and alone.amount > 0 and alone.effective_on > alone.written_off_on,
            least(alone.received, alone.amount),
            0
        ) as recovered
    from alone
    left join fct_booked on alone.receipt_key = fct_booked.receipt_key
    union all
    select
        lines.bill_key,
        flagged.org_no,
        flagged.kind,
        lines.effective_on,
        lines.booked_ym,
        lines.amount,
        lines.is_set_off,
        if(flagged.is_billed or flagged.amount > 0, lines.applied, 0) as applied,
        lines.excess,
        lines.recovered
    from lines
    inner join flagged on lines.bill_key = flagged.bill_key
    where flagged.receipts > 1
),

-- Receipt lines with the kind of their bill and their own; fen.
line_rows as not materialized (
    select
        bill_key,
        org_no,
        applied,
        excess,
        recovered,
        128 * kind + (effective_on <= $as_of)::integer + 2 * (effective_on <= $official_day)::integer
        + 4 * (booked_ym <= $closed_month)::integer + 8 * (effective_on >= make_date($year_a, 1, 1))::integer
        + 16 * (effective_on >= make_date($year_p, 1, 1))::integer + 32 * (amount < 0)::integer
        + 64 * is_set_off::integer as kind
    from told_lines
    where effective_on <= $as_of or booked_ym <= $closed_month
)
