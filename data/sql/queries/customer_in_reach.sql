-- Whether a customer number exists inside the units that the reader may see: one row, one boolean.
with
-- include: customer_reached

select count(*) > 0 as in_reach
from reached;
