        and (len($classes::varchar[]) = 0 or list_contains($classes::varchar[], dim_segment.class))
        and (
            len($elec_types::varchar[]) = 0
            or len(list_filter($elec_types::varchar[], lambda c: starts_with(dim_segment.elec_type, c))) > 0
        )
        and (len($volts::varchar[]) = 0 or list_contains($volts::varchar[], dim_segment.volt))
        and (
            len($industries::varchar[]) = 0
            or len(list_filter($industries::varchar[], lambda c: starts_with(dim_segment.industry, c))) > 0
        )
        and (
            len($pay_modes::varchar[]) = 0
            or len(list_filter($pay_modes::varchar[], lambda c: starts_with(dim_segment.pay_mode, c))) > 0
        )
