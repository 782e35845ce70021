-- Faulty records into quarantine, one row per record, with the whole record as it was read.
insert into quarantine
with faulty as (
    select
        file_no,
        line,
        coalesce(spoilt.column_name, split_part(bad, ':', 1)) as column_name,
        split_part(bad, ':', 2) as reason,
        spoilt.text
    from query_table($typed)
    left join spoilt using (file_no, line)
    where bad is not null
),

records as (
    select
        faulty.*,
        raw.amount_text,
        raw.unit,
        to_json(raw) as record
    from query_table($view) as raw
    inner join faulty on raw.file_no = faulty.file_no and raw.line = faulty.line
)

select
    file.load_id,
    file.file,
    records.line,
    file.table_name,
    records.column_name,
    coalesce(records.text, json_extract_string(records.record, '$.' || records.column_name)) as value,
    records.reason,
    records.amount_text,
    fen_of(records.amount_text, records.unit) as amount,
    json_merge_patch(
        records.record, '{"file_no":null,"line":null,"unit":null,"extract_on":null,"amount_text":null}'
    ) as record,
    records.file_no
from records
inner join meta_file as file on records.file_no = file.file_no;
