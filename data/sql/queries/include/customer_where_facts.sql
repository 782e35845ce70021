        and ($is_closed::boolean is null or is_closed = $is_closed::boolean)
        and ($is_prepaid_control::boolean is null or is_prepaid_control = $is_prepaid_control::boolean)
        and ($is_cut::boolean is null or is_cut = $is_cut::boolean)
        and ($is_high_energy::boolean is null or is_high_energy = $is_high_energy::boolean)
        and ($is_temporary::boolean is null or is_temporary = $is_temporary::boolean)
        and ($exists_in_extract::boolean is null or exists_in_extract = $exists_in_extract::boolean)
        and ($has_mobile::boolean is null or has_mobile = $has_mobile::boolean)
        and (len($status_code::varchar[]) = 0 or list_contains($status_code::varchar[], status_code))
        and (len($urban_rural::varchar[]) = 0 or list_contains($urban_rural::varchar[], urban_rural))
        and (len($importance::varchar[]) = 0 or list_contains($importance::varchar[], importance))
        and (len($settle_mode::varchar[]) = 0 or list_contains($settle_mode::varchar[], settle_mode))
        and (len($notify_mode::varchar[]) = 0 or list_contains($notify_mode::varchar[], notify_mode))
        and (len($load_attr::varchar[]) = 0 or list_contains($load_attr::varchar[], load_attr))
        and (len($reader::varchar[]) = 0 or list_contains($reader::varchar[], reader))
        and (
            $search::varchar is null
            or masked_name = $search_masked::varchar
            or contains(lower(name), $search_whole::varchar)
            or contains(
                lower(concat_ws(chr(10), cons_no, masked_name, masked_address, masked_mobile, tg_no, tg_name)),
                $search::varchar
            )
            or contains(lower(concat_ws(chr(10), org_no, collector, reader, owner)), $search::varchar)
            or org_no in (
                select units.org_no from dim_org as units where contains(lower(units.org_name), $search::varchar)
            )
            or collector in (
                select staff.emp_no from dim_employee as staff
                where contains(lower(staff.emp_name), $search::varchar)
            )
            or reader in (
                select staff.emp_no from dim_employee as staff
                where contains(lower(staff.emp_name), $search::varchar)
            )
        )
)
