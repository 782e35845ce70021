    left(dim_customer.address, least(6, greatest(length(dim_customer.address) - 4, 0))::integer)
    || '***' as masked_address,
    left(dim_customer.mobile, 3) || '****'
    || right(dim_customer.mobile, if(length(dim_customer.mobile) > 10, 2, 0)) as masked_mobile,
