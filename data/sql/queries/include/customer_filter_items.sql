inner join customers on items.cons_key = customers.cons_key
