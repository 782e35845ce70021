"""From the files of an extract to the marts of a snapshot."""
