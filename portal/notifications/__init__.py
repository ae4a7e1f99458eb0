"""通知: messages leave from an outbox after the transaction that caused them."""
