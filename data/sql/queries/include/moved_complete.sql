moved as (
    select * from complete
)
