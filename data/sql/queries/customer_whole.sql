-- Full name, address and phone of one customer, one row: for those who may see them, after it is recorded.
with
-- include: customer_reached

select
    name,
    address,
    mobile
from reached;
