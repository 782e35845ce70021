-- A name without the phones and ID numbers that stand in the wrong column; `services.masking.NUMBER` is the same.
create or replace temp macro without_numbers(x) as regexp_replace(
    x, '1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}[0-9Xx]*|[1-9][0-9]{14,}[Xx]?', '***', 'g'
);

-- A phone's number without what is written between its digits, the country's code and an extension.
create or replace temp macro phone_of(x) as
regexp_replace(
    regexp_replace(
        regexp_replace(
            translate(x, '０１２３４５６７８９－＋（）', '0123456789-+()'), '(转|分机|[x#*]|(ext)).*$|[ ()./—–-]', '', 'gi'
        ),
        '^([+]|00)86', ''
    ),
    '^86(1[3-9][0-9]{9})$', '\1'
);

create or replace temp macro is_mobile_phone(phone) as
regexp_full_match(phone, '1[3-9][0-9]{9}') and not regexp_full_match(phone, '1[3-9][0-9]0{8}');

-- Mobile phones, numbers with an area's code or of the place, and service numbers; not such as 00000000 and 22222222.
create or replace temp macro is_phone(phone) as
is_mobile_phone(phone)
or (
    regexp_full_match(phone, '((010|02[0-9])[2-8][0-9]{7}|0[3-9][0-9]{2}[2-8][0-9]{6,7}|[2-8][0-9]{6,7}|[48]00[0-9]{7})')
    and translate(ltrim(phone, '0'), left(ltrim(phone, '0'), 1), '') <> ''
);
