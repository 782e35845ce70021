"""What a page and a scheduled job both do: load, evaluate, keep, write. No Streamlit."""
