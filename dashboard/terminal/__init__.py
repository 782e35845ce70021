"""What the command line does and prints. No Streamlit here."""
