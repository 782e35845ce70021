,

told as not materialized (
    select
        filtered.*,
        -- include: standing_columns
    from filtered
    left join read_parquet($standing::varchar) as standing on filtered.cons_key = standing.cons_key
    where
        (
            len($grade::varchar[]) = 0
            or list_contains($grade::varchar[], coalesce(standing.grade, 'none'))
            or list_contains($grade::varchar[], '-' || standing.ungraded)
        )
        and (len($light::varchar[]) = 0 or list_contains($light::varchar[], standing.light))
        and ($score_min::double is null or standing.score >= $score_min::double)
        and ($score_max::double is null or standing.score <= $score_max::double)
)
