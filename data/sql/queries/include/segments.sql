segments as (
    select
        dim_segment.segment_key,
        dim_segment.core_key,
        case $by
            when 'org' then dim_org_path.ancestor_no
            when 'class' then dim_segment.class
            when 'elec_type' then dim_segment.elec_type
            when 'volt' then dim_segment.volt
            when 'industry' then dim_segment.industry
            when 'pay_mode' then dim_segment.pay_mode
            else ''
        end as key
    from dim_segment
    inner join dim_org on dim_segment.org_no = dim_org.org_no
    inner join dim_org_path
        on dim_segment.org_no = dim_org_path.org_no and dim_org_path.depth = least($level, dim_org.depth)
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
