-- Bills of one load that say that something was received for them, one row.
select count(*) as bills
from stg_bill
inner join meta_file as file on stg_bill.file_no = file.file_no
where file.load_id = $load and stg_bill.received_by_extract <> 0
