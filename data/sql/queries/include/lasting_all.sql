lasting as not materialized (select * from held.lasting),
