-- How many receipts there are and between which days, one row.
update meta_facts
set
    receipts = meta_facts.receipts
    + (select count(*) from came_receipt)
    - (select count(*) from replaced),
    first_receipt = (select min(fct_receipt.received_on) from fct_receipt),
    last_receipt = (select max(fct_receipt.received_on) from fct_receipt);
