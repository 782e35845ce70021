"""Collection: whom to call, by which lawful action, who is asked to, and what came of it."""
