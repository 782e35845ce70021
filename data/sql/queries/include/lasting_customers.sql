-- Whose spells the filters on customers leave: all of each, since a customer's cell is told by all that they hold.
lasting as (
    select *
    from held.lasting
    where cons_key in (select customers.cons_key from customers)
),
