    -- A phone or an ID number in the place of an address, and a name in a phone's, are masked too.
    left(
        regexp_replace(
            dim_customer.address,
            '1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}[0-9Xx]*|[1-9][0-9]{14,}[Xx]?', '***', 'g'
        ),
        least(6, greatest(length(dim_customer.address) - 4, 0))::integer
    )
    || '***' as masked_address,
    if(
        regexp_matches(dim_customer.mobile, '[^-+0-9 ]'),
        left(dim_customer.mobile, 1) || '***',
        left(dim_customer.mobile, 3) || '****'
        || right(dim_customer.mobile, if(length(dim_customer.mobile) > 10, 2, 0))
    ) as masked_mobile,
