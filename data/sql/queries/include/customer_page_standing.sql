,

page as (
    select
        turned_rows.*,
        -- include: standing_columns
    from turned_rows
    left join read_parquet($standing::varchar) as standing on turned_rows.cons_key = standing.cons_key
)
