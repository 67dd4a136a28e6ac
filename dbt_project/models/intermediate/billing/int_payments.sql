{{ union_senders('payments') }}
