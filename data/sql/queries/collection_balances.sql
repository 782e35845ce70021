-- Prepaid balances of the latest extract, one row per customer; fen.
select
    cons_key,
    balance as prepay
from fct_prepaid
where balance > 0
order by cons_key;
