-- Files whose equal was loaded before: every good record is merged, the faulty ones
-- and the lines that are no records are named again.
insert into reconciliation
select
    file.load_id,
    file.file,
    file.table_name,
    first.read,
    0,
    first.loaded + first.merged,
    first.quarantined,
    first.amount_unreadable,
    first.yuan_read,
    0,
    first.yuan_loaded + first.yuan_merged,
    first.yuan_quarantined,
    file.file_no
from meta_file as file
inner join reconciliation as first on file.same_as = first.file_no
where file.same_as is not null;

insert into reading
select
    file.load_id,
    file.file,
    first.* exclude (load_id, file, file_no),
    file.file_no
from meta_file as file
inner join reading as first on file.same_as = first.file_no
where file.same_as is not null;

insert into quarantine
select
    file.load_id,
    file.file,
    first.* exclude (load_id, file, file_no),
    file.file_no
from meta_file as file
inner join quarantine as first on file.same_as = first.file_no
where file.same_as is not null;
