superseded as (
    select former.file_no
    from meta_file as former
    inner join reconciliation as former_rows on former.file_no = former_rows.file_no
    inner join meta_file as later
        on
            former.file = later.file
            and former.table_name = later.table_name
            and former.extract_on = later.extract_on
            and former.file_no < later.file_no
    inner join reconciliation as later_rows on later.file_no = later_rows.file_no
    where later_rows.read >= former_rows.read
),

quarantined as (
    select
        *,
        json_extract_string(record, '$.CONS_NO') as cons_no,
        json_extract_string(record, '$.ORG_NO') as org_no
    from quarantine
    where
        file_no not in (select superseded.file_no from superseded)
        and ($table_name::varchar is null or table_name = $table_name::varchar)
        and ($reason::varchar is null or reason = $reason::varchar)
        and ($file::varchar is null or file = $file::varchar)
        and (
            len($orgs::varchar[]) = 0
            or len(
                list_filter($orgs::varchar[], lambda c: starts_with(json_extract_string(record, '$.ORG_NO'), c))
            ) > 0
        )
        and (
            len($allowed_orgs::varchar[]) = 0
            or len(
                list_filter(
                    $allowed_orgs::varchar[], lambda c: starts_with(json_extract_string(record, '$.ORG_NO'), c)
                )
            ) > 0
        )
)
