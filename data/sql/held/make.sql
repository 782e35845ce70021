-- What is open on the days that somebody asked about, one row per (as_of, spell) of an owed bill; and those days.
create table if not exists held.alive (
    as_of date, bill_key bigint, cons_key integer, segment_key integer, rcvbl_ym integer, bill_year integer,
    due_on date, open bigint
);
create table if not exists held.days (as_of date);
