"""Words, numbers and dates as a reader sees them. No Streamlit here."""
