-- Accounts of the latest extract that hold something, one row per account; fen.
select
    cons_key,
    bal_type,
    prepay,
    frozen,
    checked,
    transit_note
from fct_account
where prepay > 0 or transit_note > 0
order by cons_key, bal_type, prepay, frozen, checked, transit_note;
