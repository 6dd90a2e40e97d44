"""What the data is: tables, types and the words for them; declarations only, and nothing of `service`."""
