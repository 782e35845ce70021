-- What a snapshot says of its own making.
create or replace table meta_file (
    file_no integer, load_id varchar, file varchar, table_name varchar, extract_on date, rank integer,
    archive boolean, same_as integer
);

create or replace table quarantine (
    load_id varchar, file varchar, line bigint, table_name varchar, column_name varchar, value varchar,
    reason varchar, amount_text varchar, amount bigint, record json, file_no integer
);

-- What was seen or mended in reading a file: lines that are no records by what they are (title, heading, total, note,
-- blank), records that the mapping leaves out (passed); by column days that are none (no_day), days that are a
-- spreadsheet's numbers (serial), zeros given back (zeros), amounts in another unit than yuan (scaled), keys and
-- months kept as fractions (fraction).
create or replace table reading (
    load_id varchar, file varchar, table_name varchar, kind varchar, column_name varchar, lines bigint,
    file_no integer
);

create or replace table left_out (load_id varchar, file varchar, reason varchar);

create or replace table reconciliation (
    load_id varchar, file varchar, table_name varchar, read bigint, loaded bigint, merged bigint,
    quarantined bigint, amount_unreadable bigint, yuan_read bigint, yuan_loaded bigint, yuan_merged bigint,
    yuan_quarantined bigint, file_no integer
);

create or replace table staging.stg_marked_bill (
    file_no integer, line bigint, fee_from date, is_locked boolean, instalment varchar, fee_open bigint
);
