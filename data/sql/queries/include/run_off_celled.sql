celled as (
    select
        owing.day,
        owing.cons_key,
        owing.segment_key,
        owing.open,
        owing.kept,
        coalesce(debtor.cancelled_on <= owing.day, false) as is_closed,
        len(list_filter($lag_edges::integer[], lambda e: owing.oldest >= e))::integer as lag_band,
        owing.is_due,
        len(
            list_filter(
                $slow_edges::integer[],
                lambda e: bit_count((debtor.slow_months & days.slow_bits) >> days.slow_from) >= e
            )
        )::integer as slow_band,
        len(list_filter($size_edges::bigint[], lambda e: owing.held >= e))::integer as size_band
    from owing
    inner join days on owing.day = days.day
    inner join held.debtor as debtor on owing.cons_key = debtor.cons_key
)
