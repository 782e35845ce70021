-- How text becomes a value: each macro gives null where the text is no such value.
create or replace temp macro bare(x) as
case
    when contains(x, ' ') or contains(x, chr(9)) or x = ''
        then if(
            x = '' or starts_with(x, ' ') or ends_with(x, ' ') or starts_with(x, chr(9)) or ends_with(x, chr(9)),
            nullif(trim(x, ' ' || chr(9)), ''), x
        )
    else x
end;

-- What programs write where there is nothing, in a column of numbers, codes or amounts.
create or replace temp macro is_nothing(x) as
length(x) <= 12
and (x < '0' or x >= ':')
and regexp_full_match(
    trim(x),
    '(?i)[(]?null[)]?|\\N|n/?a|nan|nat|none|<na>|[-—–－/]+|无|空|暂无|#(n/a|ref!|value!|div/0!|name[?]|null!|num!)'
);

create or replace temp macro said_text(x) as if(is_nothing(x), null, x);

-- A number by which a record is known; zeros only are none.
create or replace temp macro id_of(x) as
case
    when (starts_with(x, '0') or starts_with(x, ' ')) and trim(x, '0. ' || chr(9)) = '' then null
    else bare(x)
end;

-- Yes and no as programs and people write them; null for any other word.
create or replace temp macro is_yes(x) as
case
    when x = '0' then false
    when x = '1' then true
    when regexp_full_match(x, '(?i)0+([.]0+)?|n|no|f|false|off|否|无|非|不是') then false
    when regexp_full_match(x, '(?i)0*1([.]0+)?|y|yes|t|true|on|是|有|√') then true
end;

create or replace temp macro is_bad_flag(x) as x is not null and is_yes(x) is null;

-- A customer's number may hold characters (A栋201), but is no total's word, no count (30户), and no name: it has digits.
create or replace temp macro is_worded(x) as
case
    when x is null or strlen(x) = length(x) then false
    when regexp_matches(x, '合计|总计|小计|共计|累计|汇总') then true
    when regexp_matches(x, '\p{N}') then regexp_full_match(trim(x), '[0-9.,]+ *(户|户次|笔|条|行|个|人|家|张|项|次)')
    else regexp_matches(x, '\p{Han}')
end;

create or replace temp macro day_text(x, form) as
coalesce(
    strftime(try_strptime(trim(x), form), if(regexp_matches(form, '%-?[HIXTc]'), '%Y%m%d%H%M%S', '%Y%m%d')), x
);

create or replace temp macro day_text_after(x, days, form) as
strftime(try_strptime(trim(x), form) + to_days(try_cast(days as integer)), '%Y%m%d');

-- What programs write where there is no day. None of them stands between 1901 and 9999 in the order of texts.
create or replace temp macro is_no_day(x) as
case
    when x >= '1901' and x < '9999' then false
    else regexp_full_match(
        trim(x),
        '(?i)null|[(]null[)]|\\N|n/?a|none|nan|nat|[-—/.]+|无|空|0+|0000[-/.]0?0[-/.]0?0([ T]0?0:00(:00([.]0+)?)?)?'
        || '|(1900[-/.]?0?1[-/.]?0?1|9999[-/.]?12[-/.]?31)([ T]?[0-9]{1,2}:?[0-9]{2}(:?[0-9]{2}([.][0-9]+)?)?)?'
        || '|1900年0?1月0?1日|9999年12月31日'
    )
end;

-- Days as a spreadsheet counts them: null where there is none, false where it is something else.
create or replace temp macro is_serial(x) as regexp_full_match(trim(x), '[2-7][0-9]{4}([.][0-9]+)?');

create or replace temp macro only_serials(x) as case when not is_no_day(x) then is_serial(x) end;

create or replace temp macro serial_text(x) as
case
    when regexp_full_match(trim(x), '[2-7][0-9]{4}')
        then strftime(date '1899-12-30' + trim(x)::integer, '%Y%m%d')
    when regexp_full_match(trim(x), '[2-7][0-9]{4}[.][0-9]+')
        then strftime(
            timestamp '1899-12-30' + to_seconds(round(trim(x)::double * 86400)::bigint), '%Y-%m-%d %H:%M:%S'
        )
    else x
end;

-- A number that was kept as a fraction, as it was before.
create or replace temp macro is_fraction(x) as ends_with(x, '.0') and regexp_full_match(x, '[0-9]+[.]0');

create or replace temp macro whole_text(x) as if(is_fraction(x), left(x, length(x) - 2), x);

create or replace temp macro lacks_zeros(x, width) as
length(trim(x)) < width and regexp_full_match(trim(x), '[0-9]+');

create or replace temp macro with_zeros(x, width) as
if(lacks_zeros(x, width), lpad(trim(x), width, '0'), x);

-- What a source's word means; the word itself where the list does not have it.
create or replace temp macro meant_by_text(x, words, meant) as coalesce(meant[list_position(words, trim(x))], x);

create or replace temp macro meant_by_start(x, words, meant, starts, begun) as
coalesce(
    meant[list_position(words, trim(x))],
    begun[list_position(list_transform(starts, lambda s: starts_with(trim(x), s)), true)],
    x
);

create or replace temp macro is_one_of(x, texts) as coalesce(list_contains(texts, trim(x)), false);

create or replace temp macro either(a, b) as a or b;

create or replace temp macro not_so(a) as not a;

create or replace temp macro unsigned_text(x) as ltrim(x, '-');

create or replace temp macro number_of_name(x) as
'N' || lpad((md5_number(lower(trim(x))) % 1000000000000000)::varchar, 15, '0');

create or replace temp macro row_id(content, line) as left(content, 12) || '-' || line;

create or replace temp macro half_width(x) as
translate(upper(x), '０１２３４５６７８９，．－＋（）￥¥ ', '0123456789,.-+()');

create or replace temp macro tidy_half(h) as
case
    when contains(h, ',')
        then case when regexp_full_match(h, '[+-]?[0-9]{1,3}(,[0-9]{3})+([.][0-9]*)?') then replace(h, ',', '') end
    when regexp_full_match(h, '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)') then h
end;

-- An amount with its sign before it: (1,200.50), 88.00- and 1200.50CR are what is owed to the customer.
create or replace temp macro signed_half(h) as
case
    when regexp_full_match(h, '[(][0-9.,]+[)]') then '-' || h[2:-2]
    when regexp_full_match(h, '[0-9.,]+(-|CR)') then '-' || rtrim(h, '-CR')
    when regexp_full_match(h, '[+-]?[0-9.,]+DR') then rtrim(h, 'DR')
    else h
end;

create or replace temp macro tidy_amount(x) as
list_transform(list_transform([half_width(x)], lambda h: signed_half(h)), lambda s: tidy_half(s))[1];

create or replace temp macro exact_fen(x, unit) as
case
    when unit = 100 and try_cast(x as decimal(18, 6)) = try_cast(x as decimal(18, 2))
        then (try_cast(x as decimal(18, 2)) * 100)::bigint
    when unit = 1 and try_cast(x as decimal(18, 6)) = try_cast(x as decimal(18, 0))
        then (try_cast(x as decimal(18, 0)))::bigint
    when unit not in (1, 100) and (try_cast(x as decimal(18, 10)) * unit) % 1 = 0
        then try_cast(try_cast(x as decimal(18, 10)) * unit as bigint)
end;

create or replace temp macro is_plain_number(x) as regexp_full_match(x, '-?[0-9.]+');

create or replace temp macro fen_of(x, unit) as
case
    when is_plain_number(x) then exact_fen(x, unit)
    else list_transform(
        list_transform(list_transform([half_width(x)], lambda h: signed_half(h)), lambda s: tidy_half(s)),
        lambda t: exact_fen(t, unit)
    )[1]
end;

create or replace temp macro amount_fault(x) as
case
    when bare(x) is null then 'missing'
    when regexp_full_match(trim(x), '[+-]?[0-9.]+[eE][+-]?[0-9]+') then 'scientific'
    else list_transform(
        [tidy_amount(x)],
        lambda t: case
            when try_cast(t as decimal(18, 6)) is not null then 'too_many_decimals'
            when try_cast(t as double) is not null then 'too_large'
            else 'not_an_amount'
        end
    )[1]
end;

-- The day is named once: what a macro names twice is bound twice, with all that it is made of.
create or replace temp macro sane_day(d) as
list_filter([d], lambda v: v between date '1900-01-02' and date '2100-12-31')[1];

create or replace temp macro is_bad_day(x, d) as d is null and x is not null and not is_no_day(x);

create or replace temp macro is_years_ahead(d, extract_on) as year(d) >= year(extract_on) + 10;

create or replace temp macro day_by_parts(x) as
try_cast(
    regexp_replace(x, '^([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})(日.*|[ T].*|-[0-9]{2}[.:].*)?$', '\1-\2-\3') as date
);

-- The day as it is written, wherever on earth.
create or replace temp macro written_day(x) as
case
    when regexp_full_match(x, '[0-9]{8}([0-9]{4}|[0-9]{6}|[0-9]{9}|[ T].*)?') then try_strptime(left(x, 8), '%Y%m%d')::date
    when regexp_full_match(x, '[0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}(日.*|[ T].*|-[0-9]{2}[.:].*)?') then day_by_parts(x)
end;

create or replace temp macro month_text(x) as coalesce(strftime(written_day(trim(x)), '%Y%m'), x);

-- A time of day as programs and people write it, 08:15:00.123, 081500, 8时15分, 下午 8:15, made one that is read.
create or replace temp macro plain_instant(x) as
regexp_replace(
    x,
    '^([0-9]{4})[-/.年]?([0-9]{1,2})[-/.月]?([0-9]{1,2})日?[ Tt]*-?(?:上午|下午|[AaPp][Mm])? *'
    || '([0-9]{1,2})[:.时点]?([0-9]{1,2})[:.分]?([0-9]{1,2})?秒?[.,]?([0-9]{1,9})? *(?:上午|下午|[AaPp][Mm])? *'
    || '(?:[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?$',
    '\1-\2-\3 \4:\5:\6.\7'
);

create or replace temp macro read_instant(p) as
case when regexp_full_match(p, '[0-9-]+ [0-9:.]+') then try_cast(replace(p, ':.', ':00.') as timestamp) end;

create or replace temp macro written_instant(x) as
case
    when regexp_full_match(x, '[0-9]{8}|[^ Tt日]{6,10}日?') then written_day(x)::timestamp
    else read_instant(plain_instant(x))
end;

create or replace temp macro half_day(x, hour_of) as
case
    when regexp_matches(x, '下午|[Pp][Mm]') then if(hour_of < 12, 12, 0)
    when regexp_matches(x, '上午|[Aa][Mm]') then if(hour_of = 12, -12, 0)
    else 0
end;

-- Minutes to China's time from that of the zone that is written.
create or replace temp macro minutes_to_china(x) as
480 - coalesce(60 * try_cast(regexp_extract(x, '([+-][0-9]{2}):?(?:[0-9]{2})?$', 1) as integer), 0)
- coalesce(try_cast(regexp_replace(regexp_extract(x, '[+-][0-9]{2}:?[0-9]{2}$'), '[0-9]{2}:?', '') as integer), 0);

create or replace temp macro has_zone(x) as
length(x) > 12
and regexp_matches(
    x,
    '[0-9] ?([zZ]|[+][0-9]{2}(:?[0-9]{2})?)$'
    || '|([tT][0-9:.]+|:[0-9]{2}:[0-9]{2}[0-9.]*|[0-9]{12}[0-9.]*) ?-[0-9]{2}(:?[0-9]{2})?$'
);

create or replace temp macro zoned_instant(x) as written_instant(x) + to_minutes(minutes_to_china(x));

create or replace temp macro day_of(x) as
sane_day(
    case
        when length(x) = 8 and regexp_full_match(x, '[0-9]+') then try_strptime(x, '%Y%m%d')::date
        when regexp_full_match(x, '[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9]{2}:[0-9]{2}:[0-9]{2})?')
            then try_cast(left(x, 10) as date)
        when has_zone(trim(x)) then zoned_instant(trim(x))::date
        else written_day(trim(x))
    end
);

-- From one time of day to another: no zone, and no instant.
create or replace temp macro is_span(x) as
regexp_matches(x, '[ 日][0-9]{1,2}(:?[0-9]{2})?-[0-9]{1,2}:?[0-9]{2}$');

-- Null where a time of day is written that is none: it is no midnight.
create or replace temp macro instant_of(x) as
case
    when regexp_full_match(x, '(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}')
        then coalesce(try_cast(x as timestamp), day_of(x)::timestamp)
    when day_of(x) is not null
        then case
            when is_span(trim(x)) then null
            when has_zone(trim(x)) then zoned_instant(trim(x))
            else list_transform([written_instant(trim(x))], lambda t: t + to_hours(half_day(x, hour(t))))[1]
        end
end;

create or replace temp macro sane_month(n) as
case when n % 100 between 1 and 12 and n between 190001 and 210012 then n end;

-- 2024.1 where that was found to be January.
create or replace temp macro january_text(x) as
if(regexp_full_match(trim(x), '[0-9]{4}[.]1'), left(trim(x), 5) || '01', x);

-- A month, or the first day of one: another day may be of a column that says something else. 2024.1 is none by itself:
-- it may be October (`january_text`).
create or replace temp macro month_of(x) as
sane_month(
    case
        when length(x) = 6 and try_cast(x as integer) >= 190001 then try_cast(x as integer)
        when regexp_full_match(trim(x), '[0-9]{6}') then try_cast(trim(x) as integer)
        when regexp_full_match(trim(x), '[0-9]{4}[.]1') then null
        when
            regexp_full_match(
                trim(x),
                '[0-9]{4}([-/.年][0-9]{1,2}(月|[-/.月]0?1(日.*|[ T].*)?)?|[0-9]{2}01([0-9]{4}|[0-9]{6}|[0-9]{9}|[ T].*)?)'
            )
            then try_cast(
                regexp_extract(trim(x), '^([0-9]{4})', 1)
                || lpad(regexp_extract(trim(x), '^[0-9]{4}[-/.年]?([0-9]{1,2})', 1), 2, '0') as integer
            )
        when regexp_full_match(trim(x), '[A-Za-z]{3}[- ][0-9]{2}([0-9]{2})?')
            then strftime(try_strptime(replace(trim(x), '-', ' '), ['%b %y', '%b %Y']), '%Y%m')::integer
    end
);

create or replace temp macro number_of(x) as
case
    when isfinite(try_cast(x as double)) and not contains(x, '_') then try_cast(x as double)
    else try_cast(tidy_amount(x) as double)
end;

create or replace temp macro is_scientific(x) as
case
    when contains(x, 'E') or contains(x, 'e')
        then regexp_full_match(trim(x), '[+-]?[0-9]+([.][0-9]*)?[eE][+-]?[0-9]+')
    else false
end;

create or replace temp macro negative_key(h) as -(h >> 1)::bigint - 1;

create or replace temp macro text_key(x) as negative_key(hash(x));

create or replace temp macro number_key(n, id) as
case when n >= 0 and length(id) <= 18 and n::varchar = id then n end;

create or replace temp macro key_of(id) as
case when id is not null then coalesce(number_key(try_cast(id as bigint), id), text_key(id)) end;

create or replace temp macro check_of(id) as
case when key_of(id) < 0 then hash(id || '~') end;

-- The short ways, for columns of which all texts are known to have one shape (data/load/text_shapes.py).
create or replace temp macro shaped_text(x) as x;

create or replace temp macro shaped_day(x) as sane_day(try_strptime(x, '%Y%m%d')::date);

create or replace temp macro shaped_dashed_day(x) as sane_day(try_cast(x as date));

create or replace temp macro shaped_instant(x) as
coalesce(try_cast(x as timestamp), sane_day(try_cast(left(x, 10) as date))::timestamp);

create or replace temp macro shaped_month(x) as sane_month(try_cast(x as integer));

create or replace temp macro shaped_fen(x) as (try_cast(x as decimal(15, 2)) * 100)::bigint;

create or replace temp macro shaped_key(id) as try_cast(id as bigint);

create or replace temp macro shaped_check(id) as null::ubigint;

create or replace temp macro shaped_scientific(x) as false;

create or replace temp macro shaped_worded(x) as false;
