-- x, one row per file.
select file from reconciliation where read <> loaded + merged + quarantined
