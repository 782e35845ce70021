-- The rest of the filters on customers: after `from customers as dim_customer`.
    left join dim_segment on dim_customer.segment_key = dim_segment.segment_key
    where
        (
            len($orgs::varchar[]) = 0
            or len(list_filter($orgs::varchar[], lambda c: starts_with(dim_customer.org_no, c))) > 0
        )
        and (
            len($allowed_orgs::varchar[]) = 0
            or len(list_filter($allowed_orgs::varchar[], lambda c: starts_with(dim_customer.org_no, c))) > 0
        )
        -- include: of_segment
