        (
            len($orgs::varchar[]) = 0
            or len(list_filter($orgs::varchar[], lambda c: starts_with(org_no, c))) > 0
        )
        and (
            len($allowed_orgs::varchar[]) = 0
            or len(list_filter($allowed_orgs::varchar[], lambda c: starts_with(org_no, c))) > 0
        )
        and (len($classes::varchar[]) = 0 or list_contains($classes::varchar[], class))
        and (
            len($elec_types::varchar[]) = 0
            or len(list_filter($elec_types::varchar[], lambda c: starts_with(elec_type, c))) > 0
        )
        and (len($volts::varchar[]) = 0 or list_contains($volts::varchar[], volt))
        and (
            len($industries::varchar[]) = 0
            or len(list_filter($industries::varchar[], lambda c: starts_with(industry, c))) > 0
        )
        and (
            len($pay_modes::varchar[]) = 0
            or len(list_filter($pay_modes::varchar[], lambda c: starts_with(pay_mode, c))) > 0
        )
        and (len($areas::varchar[]) = 0 or list_contains($areas::varchar[], tg_no))
        and (len($collectors::varchar[]) = 0 or list_contains($collectors::varchar[], collector))
        and (len($owners::varchar[]) = 0 or list_contains($owners::varchar[], owner))
        and (len($customers::varchar[]) = 0 or list_contains($customers::varchar[], cons_no))
