-- One customer by number inside the units that the reader may see, one row or none.
reached as (
    select *
    from dim_customer
    where
        cons_no = $cons_no::varchar
        and (
            len($allowed_orgs::varchar[]) = 0
            or len(list_filter($allowed_orgs::varchar[], lambda c: starts_with(org_no, c))) > 0
        )
)
