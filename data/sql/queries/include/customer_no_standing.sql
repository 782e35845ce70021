,

told as not materialized (select * from filtered)
