{{ union_senders('activities') }}
