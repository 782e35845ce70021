-- include: customers

listed as not materialized (
    select
        dim_customer.cons_key,
        dim_customer.cons_no,
        dim_customer.org_no,
        dim_customer.tg_no,
        dim_customer.collector,
        dim_customer.reader,
        dim_customer.owner,
        dim_customer.exists_in_extract,
        dim_customer.status_code,
        dim_customer.urban_rural,
        dim_customer.importance,
        dim_customer.settle_mode,
        dim_customer.notify_mode,
        dim_customer.load_attr,
        dim_customer.built_on,
        dim_segment.class,
        dim_segment.elec_type,
        dim_segment.volt,
        dim_segment.industry,
        dim_segment.pay_mode,
        coalesce(dim_customer.run_cap, dim_customer.contract_cap) as capacity,
        coalesce(dim_customer.poweroff_code = '01', false) as is_cut,
        coalesce(dim_customer.temporary = '1', false) as is_temporary,
        coalesce(dim_customer.hec_code not in ('', '0', '00'), false) as is_high_energy,
        dim_customer.mobile is not null as has_mobile,
        -- include: shown_name
        -- include: shown_contact
        dim_customer.name,
        dim_customer.tg_name
    from customers as dim_customer
    -- include: in_scope
),

filtered as not materialized (
    select
        listed.* exclude (name, tg_name, masked_name, masked_address, masked_mobile),
        measures.* exclude (cons_key)
    from listed
    inner join read_parquet($measures::varchar) as measures on listed.cons_key = measures.cons_key
    where
