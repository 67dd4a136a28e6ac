{{ union_senders('offers') }}
