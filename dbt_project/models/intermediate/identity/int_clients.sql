{{ union_senders('clients') }}
