-- The cells of one file that cannot be decoded, under their official names, one row per record.
insert into spoilt
select
    $file_no,
    line,
    coalesce(list_extract($columns::varchar[], list_position($headings::varchar[], heading)), heading),
    text
from read_parquet($path);
