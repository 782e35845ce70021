-- Let go of every day held, none is left.
delete from held.alive;
delete from held.days;
