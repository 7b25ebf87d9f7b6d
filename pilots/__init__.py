"""Who takes part in the programme, in what framework, and who may do what."""
