inner join customers on then_alive.cons_key = customers.cons_key
