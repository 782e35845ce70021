-- What is as long as bills and receipts goes as soon as nothing reads it: it need not be written out for want of memory.
drop table temp.main.work_bill;
drop table temp.main.work_group;
