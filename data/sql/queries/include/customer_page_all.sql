,

page as (select * from told)
