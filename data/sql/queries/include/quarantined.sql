quarantined as (
    select
        *,
        json_extract_string(record, '$.CONS_NO') as cons_no,
        json_extract_string(record, '$.ORG_NO') as org_no
    from quarantine
    where
        ($table_name::varchar is null or table_name = $table_name::varchar)
        and ($reason::varchar is null or reason = $reason::varchar)
        and ($file::varchar is null or file = $file::varchar)
        and (
            len($allowed_orgs::varchar[]) = 0
            or len(
                list_filter(
                    $allowed_orgs::varchar[], lambda c: starts_with(json_extract_string(record, '$.ORG_NO'), c)
                )
            ) > 0
        )
)
