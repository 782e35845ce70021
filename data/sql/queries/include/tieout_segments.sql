-- Segments that the scope leaves, one row per segment_key.
segments as (
    select
        segment_key,
        org_no
    from dim_segment
    where
        (
            len($orgs::varchar[]) = 0
            or len(list_filter($orgs::varchar[], lambda c: starts_with(dim_segment.org_no, c))) > 0
        )
        and (
            len($allowed_orgs::varchar[]) = 0
            or len(list_filter($allowed_orgs::varchar[], lambda c: starts_with(dim_segment.org_no, c))) > 0
        )
        -- include: of_segment
),
