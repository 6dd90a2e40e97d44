"""The SQL behind the fields: which rows a type reaches, and what is selected of them. Nothing here knows a type."""
