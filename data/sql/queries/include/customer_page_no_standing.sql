,

page as (select * from turned_rows)
