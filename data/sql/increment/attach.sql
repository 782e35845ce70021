-- Where the marts of touched bills are made: what they are in `part`, what they were in `was`, table by table, one row
-- as there.
attach ':memory:' as part;

attach ':memory:' as was;
