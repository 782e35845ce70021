"""数据接入: from unknown files to figures, on the data page and on the first run."""
