"""Every kind of file that pages offer, by a test that is offered it: there it is opened, and held to rules.

A kind that no line names fails `test_file_kinds.py`, and whichever test is first offered it.
"""

from __future__ import annotations

OPENED_IN = {
    "test_collection_results.py::test_the_page_shows_what_was_done_and_its_sums": """
        collection_funnel collection_people collection_promises collection_restores
    """,
    "test_collection_results.py::test_a_batch_of_today_has_no_days_to_compare_yet": """
        collection_effects
    """,
    "test_collection_warning_page.py::test_the_list_is_by_yuan_at_risk_and_says_what_its_calls_reach": """
        warning_list warning_record warning_calls warning_curve warning_points
    """,
    "test_collection_record.py::test_a_promise_is_recorded_suspends_and_is_reversed": """
        collection_records collection_customer_orders
    """,
    "test_collection_batches.py::test_what_the_load_took_back_is_listed": """
        collection_batch collection_retracted
    """,
    "test_collection_page.py::test_the_list_is_the_proposal_by_what_a_minute_brings": """
        collection_list
    """,
    "test_collection_messages_page.py::test_states_are_brought_back_and_a_wrong_row_is_named": """
        messages_refused
    """,
    "test_collection_messages_page.py::test_what_is_sent_is_counted_and_who_gets_none_is_named": """
        messages messages_left
    """,
    "test_collection_rules_page.py::test_each_cell_says_whom_it_decides_about_and_all_are_counted_once": """
        collection_today
    """,
    "test_credit_sheet.py::test_the_sheet_is_safe_whole_and_says_what_it_rests_on": """
        credit_points customer_ageing customer_bills customer_receipts customer_timeline
    """,
    "test_customers_page.py::test_a_link_by_number_becomes_an_opaque_code": """
        customer_late_fee
    """,
    "test_customers_page.py::test_official_figures_are_kept_withdrawn_and_compared": """
        tie_bridge tieout
    """,
    "test_customers_page.py::test_quarantine_is_shown_without_personal_data": """
        quarantine quarantine_groups
    """,
    "test_customers_page.py::test_the_history_of_a_grade_can_be_taken_away": """
        credit_history
    """,
    "test_data_checks_page.py::test_a_cause_is_followed_down_from_a_link": """
        tieout_bills tieout_households
    """,
    "test_data_checks_page.py::test_the_rows_of_every_check_stand_under_words": """
        check_negative_bills check_overpaid_bills check_receipts_before_bill
        check_received_differs
    """,
    "test_data_checks_loads.py::test_a_load_tells_what_was_left_out_and_how_it_was_read": """
        left_out other_lines readings
    """,
    "test_debt_lists.py::test_closed_accounts_tie_to_the_overview_and_open_on_a_click": """
        customer_events
    """,
    "test_evaluation_page.py::test_a_fact_is_entered_with_evidence_and_taken_back": """
        facts
    """,
    "test_evaluation_page.py::test_a_judgement_moves_weights_grades_and_the_link": """
        model_effect
    """,
    "test_evaluation_page.py::test_fitted_weights_are_proposed_and_tried": """
        fitted
    """,
    "test_grades_adopt.py::test_a_what_if_is_adopted_with_a_reason_and_undone": """
        grade_flow grade_movers policy_changes policy_history policy_moves
    """,
    "test_grades_publish.py::test_a_draft_is_published_with_a_reason_and_stands_in_the_records": """
        publication_classes publication_draft publications ungraded_soon write_back_soon
    """,
    "test_grades_publish.py::test_a_publication_is_withdrawn_with_a_reason_that_is_kept": """
        ungraded_now write_back
    """,
    "test_grades_publish.py::test_an_override_and_a_review_are_made_here_and_change_the_grade": """
        objections overrides
    """,
    "test_grades_publish.py::test_replacing_needs_a_yes_and_only_what_was_seen_is_published": """
        publication_moves ungraded_pair
    """,
    "test_grades_rest.py::test_whatever_shares_out_by_grade_names_the_rest_and_ties": """
        grade_classes grade_rankings grade_rates
    """,
    "test_words_across_readers.py::test_nobody_meets_the_words_of_who_came_before": """
        ageing_buckets ageing_trend ageing_years bill_months cash_months cei checks
        cleared_by closed_debts compare concentration cure curve customers debtors files
        first_payment forecast forecast_record grade_facts grade_migration grade_trend
        holders holds in_transit judgements late_fee lights lit lorenz mission not_cleared
        operators overview_changes overview_cleared overview_debtors overview_holders
        overview_record overview_trend ranking_rate reconciliation recovery_trend registry
        roll stability targets_template ties two_days two_days_by ungraded vintage weights
        why worked
    """,
    "test_pages.py::test_claims_near_their_limit_are_one_list_that_the_ageing_page_leads_to": """
        near_limit
    """,
    "test_pages.py::test_every_form_of_a_view_keeps_the_rules_of_figures": """
        heatmap multiples ranking_overdue
    """,
    "test_receipts_alone.py::test_each_page_says_what_is_lacking_and_shows_the_rest": """
        receipts_alone
    """,
    "test_services_bulk.py::test_an_uploaded_list_is_kept_only_when_confirmed": """
        services_refused
    """,
    "test_services_bulk.py::test_several_rows_are_picked_recorded_and_taken_back": """
        services services_batches
    """,
    "test_targets_page.py::test_a_row_of_no_unit_is_refused": """
        targets_refused
    """,
    "test_targets_page.py::test_charts_draw_the_target_of_each_measure_that_has_one": """
        targets_history
    """,
}
"""Names of files, by the test that opens them."""
ELSEWHERE = {
    "collection_work": "workbooks zipped: test_the_work_lists_go_out_in_their_order_and_come_back_filled_in",
    "publications_compared": "publication_moves",
    "corrections": "a zip of CSV: test_corrections_come_back_by_table_with_the_text_as_it_came",
    "dossier": "a document to print: test_the_file_on_a_customer_is_whole_and_safe",
    "credit_sheet": "a sheet to print: test_the_sheet_is_safe_whole_and_says_what_it_rests_on",
}
"""Files that are no workbook, or are made by the same function as another; and where they are opened."""
KINDS = {name for names in OPENED_IN.values() for name in names.split()} | set(ELSEWHERE)
