-- A name without the phones and ID numbers that stand in the wrong column; `services.masking.NUMBER` is the same.
create or replace temp macro without_numbers(x) as regexp_replace(
    x, '1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}[0-9Xx]*|[1-9][0-9]{14,}[Xx]?', '***', 'g'
);
