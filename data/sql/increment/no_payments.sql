-- Where no payment came: a view of none, as where some came.
alter table staging.stg_payment rename to absent_payment;

create view staging.stg_payment as
select * from staging.absent_payment;
