,

page as (select * from filtered)
