"""The selling side: who is paid, who works there, what they offer to deliver."""
