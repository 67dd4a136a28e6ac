{{ union_senders('owners') }}
