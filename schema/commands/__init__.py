"""What each command takes and answers, by subject: the inputs and the payloads of the mutations."""
