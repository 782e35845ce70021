-- What became of each file's records and yuan, one row per file of one table, of those that are read now.
insert into reconciliation
with control as (
    select
        file_no,
        count(*) as records,
        sum(fen_of(amount_text, unit)) as fen,
        count(*) filter (where $has_amount and fen_of(amount_text, unit) is null) as unreadable
    from query_table($view)
    group by file_no
),

rejected as (
    select
        file_no,
        count(*) as records,
        count(*) filter (where column_name is null) as unsplit,
        sum(amount) as fen
    from quarantine
    group by file_no
),

good as (
    select
        typed.file_no,
        dropped.line is not null as is_merged,
        case when $has_amount then typed.amount end as amount
    from query_table($typed) as typed
    left join dropped
        on typed.file_no = dropped.file_no and typed.line = dropped.line and typed.id_key = dropped.id_key
    where typed.bad is null
),

fate as (
    select
        file_no,
        count(*) filter (where not is_merged) as loaded,
        count(*) filter (where is_merged) as merged,
        sum(amount) filter (where not is_merged) as fen_loaded,
        sum(amount) filter (where is_merged) as fen_merged
    from good
    group by file_no
)

select
    file.load_id,
    file.file,
    file.table_name,
    coalesce(control.records, 0) + coalesce(rejected.unsplit, 0),
    coalesce(fate.loaded, 0),
    coalesce(fate.merged, 0),
    coalesce(rejected.records, 0),
    coalesce(control.unreadable, 0) + case when $has_amount then coalesce(rejected.unsplit, 0) else 0 end,
    coalesce(control.fen, 0)::bigint,
    coalesce(fate.fen_loaded, 0)::bigint,
    coalesce(fate.fen_merged, 0)::bigint,
    coalesce(rejected.fen, 0)::bigint,
    file.file_no
from meta_file as file
left join control on file.file_no = control.file_no
left join rejected on file.file_no = rejected.file_no
left join fate on file.file_no = fate.file_no
where list_contains($files, file.file_no);
