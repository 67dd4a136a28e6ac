{{ union_senders('deals') }}
