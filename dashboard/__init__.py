"""All that knows Streamlit or Plotly: shell, filters, words, charts, and the command line."""
