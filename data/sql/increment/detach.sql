-- Nothing is left of the marts of touched bills, not one row, but what stands in the snapshot.
detach part;

detach was;
