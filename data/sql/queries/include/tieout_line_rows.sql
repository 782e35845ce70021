,

-- Receipt lines with the kind of their bill and their own; fen.
line_rows as (
    select
        lines.bill_key,
        flagged.org_no,
        case when flagged.is_billed or flagged.amount > 0 then lines.applied else 0 end as applied,
        lines.excess,
        lines.recovered,
        128 * flagged.kind + lines.by_asof::integer + 2 * lines.by_day::integer + 4 * lines.by_month::integer
        + 8 * lines.since_a::integer + 16 * lines.since_p::integer + 32 * lines.reversal::integer
        + 64 * lines.setoff::integer as kind
    from lines
    inner join flagged on lines.bill_key = flagged.bill_key
    where lines.by_asof or lines.by_month
)
