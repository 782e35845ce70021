"""Reading what strangers made: bounded, and in a process of its own."""
